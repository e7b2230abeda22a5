# Sourced by ./mvnw and the scripts under deploy/: sets JAVA_HOME to a JDK 25 or later, or says what to install.
# Looked at in this order: JAVA_HOME, the `java` on PATH, the usual folders of Linux and macOS.

tocsin_jdk_feature() { # prints the feature version of the JDK in folder $1, or nothing when it is none
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

tocsin_find_jdk() {
  local wanted=25 candidate feature on_path
  on_path=$(command -v javac || true)
  [ -n "$on_path" ] && on_path=$(dirname "$(dirname "$(readlink -f "$on_path" 2>/dev/null || echo "$on_path")")")
  for candidate in "${JAVA_HOME:-}" "$on_path" \
    /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [ -n "$candidate" ] || continue
    feature=$(tocsin_jdk_feature "$candidate")
    if [ -n "$feature" ] && [ "$feature" -ge "$wanted" ]; then
      JAVA_HOME=$candidate
      export JAVA_HOME
      return 0
    fi
  done
  echo "Tocsin needs a JDK $wanted or later and found none: install one (for example Eclipse Temurin $wanted) or point JAVA_HOME at it." >&2
  return 1
}

tocsin_find_jdk
