#include "options.h"

static const char *const lines =
    "Inputs, in the order of the entry or by name (NAME=FILE):\n"
    "  .npy                 an array\n"
    "  .npz, .safetensors   every array by its name\n"
    "  .png, .pgm, .ppm     an image, for an input whose last axes are [C, H, W], or [H, W]\n"
    "  Type and shape must be the input's: nothing is converted or resized, except the samples of images.\n"
    "\n"
    "Options:\n"
    "  --batch              the files hold more rows than the entry takes at once: run them in parts;\n"
    "                       several images become the rows of one input\n"
    "  --dim NAME=VALUE     the value of an open dimension that no input's shape gives\n"
    "  --image-scale X      multiply samples of 0...255 by X (1/255)\n"
    "  --image-mean A,B,C   then subtract a value for each channel\n"
    "  --image-std A,B,C    then divide by a value for each channel\n"
    "  -o, --output FILE    write the outputs to a .npy, .npz or .safetensors file instead of printing them\n"
    "  --top K              print the K greatest values along the last axis of the first output\n"
    "  --draw N             draw the first N images of the first input, with the class of each\n"
    "  --labels FILE        names of the classes, one a line, for --top\n"
    "  --expect FILE        compare the outputs with those in a file; a difference is an error\n"
    "  --tolerance X        what --expect allows: |found - expected| <= X * max(1, |expected|) (1e-5)\n"
    "  --accuracy FILE      count where the greatest value along the last axis is the class in a .npy file\n"
    "  --state FILE         load the model's states from a .npz or .safetensors file, if it exists, and\n"
    "                       save them after the run; otherwise they start at zero\n"
    "  --weights FILE       the weights (the program's name or the model's with .dlw, beside the program)\n"
    "  --verify             check the weights' checksum also where they are larger than 64 MiB\n"
    "  --threads N          threads for the loops (1)\n"
    "  --repeat N           run N times, each time from the same states\n"
    "  --json               print times, predictions and results as JSON\n"
    "  --info               describe the model\n"
    "  -h, --help           print this\n";

void dlp_help(FILE *out, const dlc_model *model, const char *program) {
  fprintf(out,
          "Runs the model '%s'.\n\nusage: %s [ENTRY] [[NAME=]FILE]... [options]\n\nEntries:", model->name,
          program);
  for (int32_t i = 0; i < model->entry_count; i++) fprintf(out, " %s", model->entries[i].name);
  fprintf(out, "\n\n%s", lines);
}
