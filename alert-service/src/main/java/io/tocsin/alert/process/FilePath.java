package io.tocsin.alert.process;

/// A folder and the name of a file in it, as events have them. Those of Defender's form have the whole path where
/// others have the folder (`FolderPath`): here alone is known what that means.
public final class FilePath {

    private FilePath() {}

    /// The file with its folder; its name where one of them is missing.
    public static String whole(String folder, String name) {
        if (folder == null || folder.isEmpty() || name == null) {
            return name;
        }
        if (isWhole(folder, name)) {
            return folder;
        }
        char separator = separator(folder);
        return folder.charAt(folder.length() - 1) == separator ? folder + name : folder + separator + name;
    }

    /// The folder without the name.
    public static String folder(String folder, String name) {
        if (folder == null || name == null || !isWhole(folder, name)) {
            return folder;
        }
        int border = folder.length() - name.length() - 1;
        boolean root = border == 0 || folder.charAt(border - 1) == ':';
        return folder.substring(0, root ? border + 1 : border);
    }

    private static boolean isWhole(String folder, String name) {
        int border = folder.length() - name.length() - 1;
        return !name.isEmpty()
                && border >= 0
                && folder.charAt(border) == separator(folder)
                && folder.regionMatches(true, border + 1, name, 0, name.length());
    }

    private static char separator(String folder) {
        return folder.indexOf('/') >= 0 && folder.indexOf('\\') < 0 ? '/' : '\\';
    }
}
