//! Jeton's own administration face: /admin/v1, health and the console.
