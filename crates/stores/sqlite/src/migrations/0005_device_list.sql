-- A page of a service's devices, by number.
CREATE INDEX device_service ON device (service);
