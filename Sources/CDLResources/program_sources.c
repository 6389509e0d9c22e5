// Every source of CDLRuntime and CDLProgram. A test compares the list with the folders.
#include "program_sources.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char archive_c[] = {
#embed "../CDLProgram/archive.c"
};
static const unsigned char array_c[] = {
#embed "../CDLProgram/array.c"
};
static const unsigned char batch_c[] = {
#embed "../CDLProgram/batch.c"
};
static const unsigned char batch_h[] = {
#embed "../CDLProgram/batch.h"
};
static const unsigned char bind_c[] = {
#embed "../CDLRuntime/bind.c"
};
static const unsigned char checksum_c[] = {
#embed "../CDLRuntime/checksum.c"
};
static const unsigned char classes_c[] = {
#embed "../CDLProgram/classes.c"
};
static const unsigned char classes_h[] = {
#embed "../CDLProgram/classes.h"
};
static const unsigned char compare_c[] = {
#embed "../CDLProgram/compare.c"
};
static const unsigned char compare_h[] = {
#embed "../CDLProgram/compare.h"
};
static const unsigned char cpu_c[] = {
#embed "../CDLRuntime/cpu.c"
};
static const unsigned char cpu_h[] = {
#embed "../CDLRuntime/cpu.h"
};
static const unsigned char cpu_aarch64_c[] = {
#embed "../CDLRuntime/cpu_aarch64.c"
};
static const unsigned char cpu_x86_c[] = {
#embed "../CDLRuntime/cpu_x86.c"
};
static const unsigned char crc32_c[] = {
#embed "../CDLProgram/crc32.c"
};
static const unsigned char cursor_h[] = {
#embed "../CDLProgram/cursor.h"
};
static const unsigned char dlc_h[] = {
#embed "../CDLRuntime/include/dlc.h"
};
static const unsigned char dlc_support_h[] = {
#embed "../CDLRuntime/include/dlc_support.h"
};
static const unsigned char dlp_array_h[] = {
#embed "../CDLProgram/include/dlp_array.h"
};
static const unsigned char dlp_formats_h[] = {
#embed "../CDLProgram/include/dlp_formats.h"
};
static const unsigned char dlprogram_h[] = {
#embed "../CDLProgram/include/dlprogram.h"
};
static const unsigned char doorbell_c[] = {
#embed "../CDLRuntime/doorbell.c"
};
static const unsigned char doorbell_h[] = {
#embed "../CDLRuntime/doorbell.h"
};
static const unsigned char draw_c[] = {
#embed "../CDLProgram/draw.c"
};
static const unsigned char draw_h[] = {
#embed "../CDLProgram/draw.h"
};
static const unsigned char element_c[] = {
#embed "../CDLProgram/element.c"
};
static const unsigned char error_c[] = {
#embed "../CDLProgram/error.c"
};
static const unsigned char file_c[] = {
#embed "../CDLProgram/file.c"
};
static const unsigned char file_h[] = {
#embed "../CDLProgram/file.h"
};
static const unsigned char help_c[] = {
#embed "../CDLProgram/help.c"
};
static const unsigned char image_c[] = {
#embed "../CDLProgram/image.c"
};
static const unsigned char inflate_c[] = {
#embed "../CDLProgram/inflate.c"
};
static const unsigned char info_c[] = {
#embed "../CDLProgram/info.c"
};
static const unsigned char info_h[] = {
#embed "../CDLProgram/info.h"
};
static const unsigned char inputs_c[] = {
#embed "../CDLProgram/inputs.c"
};
static const unsigned char inputs_h[] = {
#embed "../CDLProgram/inputs.h"
};
static const unsigned char json_c[] = {
#embed "../CDLProgram/json.c"
};
static const unsigned char json_h[] = {
#embed "../CDLProgram/json.h"
};
static const unsigned char main_c[] = {
#embed "../CDLProgram/main.c"
};
static const unsigned char model_c[] = {
#embed "../CDLRuntime/model.c"
};
static const unsigned char npy_c[] = {
#embed "../CDLProgram/npy.c"
};
static const unsigned char npz_c[] = {
#embed "../CDLProgram/npz.c"
};
static const unsigned char options_c[] = {
#embed "../CDLProgram/options.c"
};
static const unsigned char options_h[] = {
#embed "../CDLProgram/options.h"
};
static const unsigned char placement_c[] = {
#embed "../CDLRuntime/placement.c"
};
static const unsigned char placement_h[] = {
#embed "../CDLRuntime/placement.h"
};
static const unsigned char plan_c[] = {
#embed "../CDLProgram/plan.c"
};
static const unsigned char png_c[] = {
#embed "../CDLProgram/png.c"
};
static const unsigned char pnm_c[] = {
#embed "../CDLProgram/pnm.c"
};
static const unsigned char pool_c[] = {
#embed "../CDLRuntime/pool.c"
};
static const unsigned char print_c[] = {
#embed "../CDLProgram/print.c"
};
static const unsigned char print_h[] = {
#embed "../CDLProgram/print.h"
};
static const unsigned char program_c[] = {
#embed "../CDLProgram/program.c"
};
static const unsigned char report_c[] = {
#embed "../CDLProgram/report.c"
};
static const unsigned char report_h[] = {
#embed "../CDLProgram/report.h"
};
static const unsigned char safetensors_c[] = {
#embed "../CDLProgram/safetensors.c"
};
static const unsigned char session_c[] = {
#embed "../CDLProgram/session.c"
};
static const unsigned char session_h[] = {
#embed "../CDLProgram/session.h"
};
static const unsigned char states_c[] = {
#embed "../CDLProgram/states.c"
};
static const unsigned char tensor_c[] = {
#embed "../CDLRuntime/tensor.c"
};
static const unsigned char text_c[] = {
#embed "../CDLRuntime/text.c"
};
static const unsigned char text_h[] = {
#embed "../CDLRuntime/text.h"
};
static const unsigned char weights_c[] = {
#embed "../CDLRuntime/weights.c"
};
static const unsigned char weights_file_c[] = {
#embed "../CDLProgram/weights_file.c"
};
static const unsigned char weights_file_h[] = {
#embed "../CDLProgram/weights_file.h"
};
static const unsigned char write_c[] = {
#embed "../CDLProgram/write.c"
};

#define SOURCE(name, bytes) {name, bytes, sizeof bytes}

static const dlc_source sources[] = {
    SOURCE("archive.c", archive_c),
    SOURCE("array.c", array_c),
    SOURCE("batch.c", batch_c),
    SOURCE("batch.h", batch_h),
    SOURCE("bind.c", bind_c),
    SOURCE("checksum.c", checksum_c),
    SOURCE("classes.c", classes_c),
    SOURCE("classes.h", classes_h),
    SOURCE("compare.c", compare_c),
    SOURCE("compare.h", compare_h),
    SOURCE("cpu.c", cpu_c),
    SOURCE("cpu.h", cpu_h),
    SOURCE("cpu_aarch64.c", cpu_aarch64_c),
    SOURCE("cpu_x86.c", cpu_x86_c),
    SOURCE("crc32.c", crc32_c),
    SOURCE("cursor.h", cursor_h),
    SOURCE("dlc.h", dlc_h),
    SOURCE("dlc_support.h", dlc_support_h),
    SOURCE("dlp_array.h", dlp_array_h),
    SOURCE("dlp_formats.h", dlp_formats_h),
    SOURCE("dlprogram.h", dlprogram_h),
    SOURCE("doorbell.c", doorbell_c),
    SOURCE("doorbell.h", doorbell_h),
    SOURCE("draw.c", draw_c),
    SOURCE("draw.h", draw_h),
    SOURCE("element.c", element_c),
    SOURCE("error.c", error_c),
    SOURCE("file.c", file_c),
    SOURCE("file.h", file_h),
    SOURCE("help.c", help_c),
    SOURCE("image.c", image_c),
    SOURCE("inflate.c", inflate_c),
    SOURCE("info.c", info_c),
    SOURCE("info.h", info_h),
    SOURCE("inputs.c", inputs_c),
    SOURCE("inputs.h", inputs_h),
    SOURCE("json.c", json_c),
    SOURCE("json.h", json_h),
    SOURCE("main.c", main_c),
    SOURCE("model.c", model_c),
    SOURCE("npy.c", npy_c),
    SOURCE("npz.c", npz_c),
    SOURCE("options.c", options_c),
    SOURCE("options.h", options_h),
    SOURCE("placement.c", placement_c),
    SOURCE("placement.h", placement_h),
    SOURCE("plan.c", plan_c),
    SOURCE("png.c", png_c),
    SOURCE("pnm.c", pnm_c),
    SOURCE("pool.c", pool_c),
    SOURCE("print.c", print_c),
    SOURCE("print.h", print_h),
    SOURCE("program.c", program_c),
    SOURCE("report.c", report_c),
    SOURCE("report.h", report_h),
    SOURCE("safetensors.c", safetensors_c),
    SOURCE("session.c", session_c),
    SOURCE("session.h", session_h),
    SOURCE("states.c", states_c),
    SOURCE("tensor.c", tensor_c),
    SOURCE("text.c", text_c),
    SOURCE("text.h", text_h),
    SOURCE("weights.c", weights_c),
    SOURCE("weights_file.c", weights_file_c),
    SOURCE("weights_file.h", weights_file_h),
    SOURCE("write.c", write_c),
};

const int dlc_program_source_count = sizeof sources / sizeof *sources;

dlc_source dlc_program_source(int index) { return sources[index]; }
