# The one shell of a build: `sh driver.sh FOLDER`. Reads names of command files from descriptor 3, runs each in this very
# shell, keeps its environment and its folder in FOLDER, and answers with the command's exit status on descriptor 3.
__slipway=$1
shift

__slipway_save() {
  command -p env -0 >"$__slipway/environment" && pwd >"$__slipway/folder"
}

# A command may call `exit`: what it leaves is kept for the shell that takes over.
trap '__slipway_status=$?; __slipway_save; exit $__slipway_status' EXIT

while IFS= read -r __slipway_file <&3; do
  . "$__slipway_file" 3<&-
  __slipway_status=$?
  __slipway_save
  printf '%s\n' "$__slipway_status" >&3
done
trap - EXIT
