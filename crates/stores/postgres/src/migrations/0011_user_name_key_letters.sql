-- Names with a final sigma, and with the signs for kelvin, angstrom and ohm, have other keys than before (jeton_model::name_key):
-- they are computed again when a node starts.
UPDATE users SET name_key = NULL
WHERE username LIKE '%ς%' OR username LIKE '%K%' OR username LIKE '%Å%' OR username LIKE '%Ω%';
