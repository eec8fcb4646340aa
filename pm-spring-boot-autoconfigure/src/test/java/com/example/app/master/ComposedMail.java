package com.example.app.master;

@MasterOnly
class ComposedMail {

}
