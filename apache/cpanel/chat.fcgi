#!/bin/sh
# chat.fcgi: what the web server starts on shared hosting, see INSTALL, part C.
# With plain CGI this same file is called chat.cgi.
exec /home/USER/baraza/run fcgi-app
