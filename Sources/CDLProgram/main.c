// The `main` of a program that runs one model. Compiled with the name of the model's descriptor:
// `-DDLC_MODEL=NAME_model`.
#include <stdio.h>

#include "dlprogram.h"

#ifndef DLC_MODEL
#error "compile with -DDLC_MODEL=NAME_model, where NAME is the model's name"
#endif

extern const dlc_model DLC_MODEL;

int main(int count, char **arguments) { return dlp_main(&DLC_MODEL, count, arguments, stdout, stderr); }
