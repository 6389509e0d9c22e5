#include "dlc_library.h"

// The files of the standard library: one entry here for each file under `library`.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char nn[] = {
#embed "library/nn.dl"
};
static const unsigned char nn_activations[] = {
#embed "library/nn/activations.dl"
};
static const unsigned char nn_attention[] = {
#embed "library/nn/attention.dl"
};
static const unsigned char nn_boxes[] = {
#embed "library/nn/boxes.dl"
};
static const unsigned char nn_cells[] = {
#embed "library/nn/cells.dl"
};
static const unsigned char nn_convolution[] = {
#embed "library/nn/convolution.dl"
};
static const unsigned char nn_linear[] = {
#embed "library/nn/linear.dl"
};
static const unsigned char nn_losses[] = {
#embed "library/nn/losses.dl"
};
static const unsigned char nn_normalization[] = {
#embed "library/nn/normalization.dl"
};
static const unsigned char nn_pooling[] = {
#embed "library/nn/pooling.dl"
};
static const unsigned char nn_positions[] = {
#embed "library/nn/positions.dl"
};
static const unsigned char nn_recurrent[] = {
#embed "library/nn/recurrent.dl"
};
static const unsigned char nn_regions[] = {
#embed "library/nn/regions.dl"
};
static const unsigned char nn_resizing[] = {
#embed "library/nn/resizing.dl"
};
static const unsigned char nn_sampling[] = {
#embed "library/nn/sampling.dl"
};
static const unsigned char nn_shuffling[] = {
#embed "library/nn/shuffling.dl"
};
static const unsigned char nn_transformer[] = {
#embed "library/nn/transformer.dl"
};
static const unsigned char random_numbers[] = {
#embed "library/random.dl"
};

#define FILE_AT(path, text) {path, text, sizeof text}

static const struct dlc_library_file files[] = {
    FILE_AT("nn", nn),
    FILE_AT("nn/activations", nn_activations),
    FILE_AT("nn/attention", nn_attention),
    FILE_AT("nn/boxes", nn_boxes),
    FILE_AT("nn/cells", nn_cells),
    FILE_AT("nn/convolution", nn_convolution),
    FILE_AT("nn/linear", nn_linear),
    FILE_AT("nn/losses", nn_losses),
    FILE_AT("nn/normalization", nn_normalization),
    FILE_AT("nn/pooling", nn_pooling),
    FILE_AT("nn/positions", nn_positions),
    FILE_AT("nn/recurrent", nn_recurrent),
    FILE_AT("nn/regions", nn_regions),
    FILE_AT("nn/resizing", nn_resizing),
    FILE_AT("nn/sampling", nn_sampling),
    FILE_AT("nn/shuffling", nn_shuffling),
    FILE_AT("nn/transformer", nn_transformer),
    FILE_AT("random", random_numbers),
};

const struct dlc_library_file *dlc_library_begin(void) { return files; }

size_t dlc_library_count(void) { return sizeof files / sizeof files[0]; }
