/// Takes indicators out when their time has come, and tells those who follow the changes.
package io.tocsin.indicator.expiry;
