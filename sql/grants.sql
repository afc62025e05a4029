-- grants.sql: what the programs' database user needs, on a server of your own.
-- Replace the password; shared hosting does the same in its control panel.
CREATE DATABASE IF NOT EXISTS baraza
  CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
CREATE USER IF NOT EXISTS 'baraza'@'localhost' IDENTIFIED BY '@PASSWORD@';
-- CREATE, ALTER, INDEX, REFERENCES and DROP are for `barazactl migrate`.
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, REFERENCES, DROP
  ON baraza.* TO 'baraza'@'localhost';
