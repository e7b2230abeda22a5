/// Machine actions and the one state machine they go through (contract 30).
package io.tocsin.response.action;
