package com.example.app.master;

import org.springframework.context.annotation.Profile;
import org.springframework.stereotype.Component;

@Component
@Profile("!master")
class NotMaster {

}
