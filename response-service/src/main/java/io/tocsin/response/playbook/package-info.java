/// Playbooks: what is done by itself, step by step, each step a row (docs/adr/052).
package io.tocsin.response.playbook;
