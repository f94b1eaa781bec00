-- Names with a final sigma, and with the signs for kelvin, angstrom and ohm, have other keys than before (jeton_model::name_key):
-- they are computed again when the file is opened.
UPDATE user SET name_key = NULL
WHERE instr(username, 'ς') OR instr(username, 'K') OR instr(username, 'Å') OR instr(username, 'Ω');
