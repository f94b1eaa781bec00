//! AES in CBC mode, authenticated by HMAC over everything (RFC 7518 §5.2).

use aws_lc_rs::cipher::{
    self, AES_CBC_IV_LEN, DecryptionContext, EncryptionContext, PaddedBlockDecryptingKey, PaddedBlockEncryptingKey,
    UnboundCipherKey,
};
use aws_lc_rs::hmac;
use aws_lc_rs::iv::FixedLength;
use zeroize::Zeroizing;

use crate::digest::constant_time_eq;

/// One of the three compositions. `half` is the bytes of each half of the key, and of the tag.
pub(super) struct CbcHmac {
    pub(super) cipher: &'static cipher::Algorithm,
    pub(super) mac: hmac::Algorithm,
    pub(super) half: usize,
}

impl CbcHmac {
    /// The ciphertext and its tag (RFC 7518 §5.2.2.1); `None` when the key has another length.
    pub(super) fn seal(
        &self,
        key: &[u8],
        iv: [u8; AES_CBC_IV_LEN],
        aad: &[u8],
        content: &[u8],
    ) -> Option<(Vec<u8>, Vec<u8>)> {
        let (mac_key, cipher_key) = self.halves(key)?;
        // Room for the padding: a vector that grows would leave a copy of the content behind.
        let mut ciphertext = Vec::with_capacity(content.len().saturating_add(BLOCK));
        ciphertext.extend_from_slice(content);
        let key = PaddedBlockEncryptingKey::cbc_pkcs7(UnboundCipherKey::new(self.cipher, cipher_key).ok()?).ok()?;
        key.less_safe_encrypt(&mut ciphertext, EncryptionContext::Iv128(FixedLength::from(&iv))).ok()?;
        let tag = self.tag(mac_key, aad, &iv, &ciphertext)?;
        Some((ciphertext, tag))
    }

    /// The content (RFC 7518 §5.2.2.2); `None` for everything else. The tag is compared, in constant time, before the
    /// padding is looked at.
    pub(super) fn open(
        &self,
        key: &[u8],
        iv: [u8; AES_CBC_IV_LEN],
        aad: &[u8],
        ciphertext: &[u8],
        tag: &[u8],
    ) -> Option<Zeroizing<Vec<u8>>> {
        let (mac_key, cipher_key) = self.halves(key)?;
        if !constant_time_eq(&self.tag(mac_key, aad, &iv, ciphertext)?, tag) {
            return None;
        }
        let key = PaddedBlockDecryptingKey::cbc_pkcs7(UnboundCipherKey::new(self.cipher, cipher_key).ok()?).ok()?;
        let mut content = Zeroizing::new(ciphertext.to_vec());
        let length = key.decrypt(&mut content, DecryptionContext::Iv128(FixedLength::from(&iv))).ok()?.len();
        content.truncate(length);
        Some(content)
    }

    /// The key's first half authenticates, its second encrypts (RFC 7518 §5.2.2.1 step 1).
    fn halves<'k>(&self, key: &'k [u8]) -> Option<(&'k [u8], &'k [u8])> {
        let (mac_key, cipher_key) = key.split_at_checked(self.half)?;
        (cipher_key.len() == self.half).then_some((mac_key, cipher_key))
    }

    /// The left half of the code over header, vector, ciphertext and the header's length in bits (step 5).
    fn tag(&self, key: &[u8], aad: &[u8], iv: &[u8], ciphertext: &[u8]) -> Option<Vec<u8>> {
        let bits = u64::try_from(aad.len()).ok()?.checked_mul(8)?;
        let mut code = hmac::Context::with_key(&hmac::Key::new(self.mac, key));
        for part in [aad, iv, ciphertext, &bits.to_be_bytes()] {
            code.update(part);
        }
        code.sign().as_ref().get(..self.half).map(<[u8]>::to_vec)
    }
}

const BLOCK: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7518 §B.1 to §B.3: keys of counting bytes, one text, one vector, one header.
    #[test]
    fn the_test_cases_of_rfc_7518() {
        let content = b"A cipher system must not be required to be secret, and it must be able to fall into the hands of the enemy without inconvenience";
        let aad = b"The second principle of Auguste Kerckhoffs";
        let iv = [0x1a, 0xf3, 0x8c, 0x2d, 0xc2, 0xb9, 0x6f, 0xfd, 0xd8, 0x66, 0x94, 0x09, 0x23, 0x41, 0xbc, 0x04];
        let cases: [(CbcHmac, &[u8], &[u8]); 3] = [
            (
                CbcHmac { cipher: &cipher::AES_128, mac: hmac::HMAC_SHA256, half: 16 },
                &[0xc8, 0x0e, 0xdf, 0xa3, 0x2d, 0xdf, 0x39, 0xd5, 0xef, 0x00, 0xc0, 0xb4, 0x68, 0x83, 0x42, 0x79],
                &[0x65, 0x2c, 0x3f, 0xa3, 0x6b, 0x0a, 0x7c, 0x5b, 0x32, 0x19, 0xfa, 0xb3, 0xa3, 0x0b, 0xc1, 0xc4],
            ),
            (
                CbcHmac { cipher: &cipher::AES_192, mac: hmac::HMAC_SHA384, half: 24 },
                &[0xea, 0x65, 0xda, 0x6b, 0x59, 0xe6, 0x1e, 0xdb, 0x41, 0x9b, 0xe6, 0x2d, 0x19, 0x71, 0x2a, 0xe5],
                &[
                    0x84, 0x90, 0xac, 0x0e, 0x58, 0x94, 0x9b, 0xfe, 0x51, 0x87, 0x5d, 0x73, 0x3f, 0x93, 0xac, 0x20,
                    0x75, 0x16, 0x80, 0x39, 0xcc, 0xc7, 0x33, 0xd7,
                ],
            ),
            (
                CbcHmac { cipher: &cipher::AES_256, mac: hmac::HMAC_SHA512, half: 32 },
                &[0x4a, 0xff, 0xaa, 0xad, 0xb7, 0x8c, 0x31, 0xc5, 0xda, 0x4b, 0x1b, 0x59, 0x0d, 0x10, 0xff, 0xbd],
                &[
                    0x4d, 0xd3, 0xb4, 0xc0, 0x88, 0xa7, 0xf4, 0x5c, 0x21, 0x68, 0x39, 0x64, 0x5b, 0x20, 0x12, 0xbf,
                    0x2e, 0x62, 0x69, 0xa8, 0xc5, 0x6a, 0x81, 0x6d, 0xbc, 0x1b, 0x26, 0x77, 0x61, 0x95, 0x5b, 0xc5,
                ],
            ),
        ];
        for (scheme, first_block, expected_tag) in cases {
            let key: Vec<u8> = (0..).take(scheme.half * 2).collect();
            let (ciphertext, tag) = scheme.seal(&key, iv, aad, content).unwrap();
            assert!(ciphertext.starts_with(first_block));
            assert_eq!(tag, expected_tag);
            assert_eq!(scheme.open(&key, iv, aad, &ciphertext, &tag).unwrap().as_slice(), content);
        }
    }

    /// A right tag over bad padding: only somebody with the key can make one, and it is refused like the rest.
    #[test]
    fn bad_padding_is_refused_after_the_tag() {
        let scheme = CbcHmac { cipher: &cipher::AES_128, mac: hmac::HMAC_SHA256, half: 16 };
        let (key, iv) = ([3; 32], [5; 16]);
        for ciphertext in [vec![], vec![0; 15], vec![9; 16], vec![9; 17]] {
            let tag = scheme.tag(&key[..16], b"aad", &iv, &ciphertext).unwrap();
            assert!(scheme.open(&key, iv, b"aad", &ciphertext, &tag).is_none(), "{} bytes", ciphertext.len());
        }
    }

    #[test]
    fn every_cut_of_the_tag_is_refused() {
        let scheme = CbcHmac { cipher: &cipher::AES_128, mac: hmac::HMAC_SHA256, half: 16 };
        let (ciphertext, tag) = scheme.seal(&[3; 32], [5; 16], b"aad", b"content").unwrap();
        for length in 0..tag.len() {
            assert!(scheme.open(&[3; 32], [5; 16], b"aad", &ciphertext, &tag[..length]).is_none(), "{length}");
        }
        assert!(scheme.seal(&[3; 31], [5; 16], b"", b"").is_none());
        assert!(scheme.seal(&[3; 33], [5; 16], b"", b"").is_none());
    }
}
