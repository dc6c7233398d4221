using System.Runtime.InteropServices;

namespace Monolith.Embeddings.Snapshots.Stores.Disk;

/// <summary>
/// Makes the entries of a folder durable. .NET cannot open a folder, so Unix's own calls do it. On Windows there is no such call and none
/// is needed: the file system's journal keeps renames in order.
/// </summary>
internal static partial class FolderFlush
{
    private const int ReadOnly = 0, Interrupted = 4, Invalid = 22;

    /// <exception cref="IOException">The folder cannot be opened, or the flush failed.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        var file = OpenFile(folder, ReadOnly);
        if (file < 0) throw Failure("be opened", folder);
        try
        {
            if (!TryFlush(file)) throw Failure("be flushed", folder);
        }
        finally
        {
            _ = CloseFile(file);
        }
    }

    private static bool TryFlush(int file)
    {
        while (FlushFile(file) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            // File systems that keep no entries of their own say that the call does not apply.
            if (error == Invalid) return true;
            if (error != Interrupted) return false;
        }
        return true;
    }

    private static IOException Failure(string what, string folder) =>
        new($"The folder '{folder}' cannot {what}: {Marshal.GetLastPInvokeErrorMessage()}.");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FlushFile(int file);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseFile(int file);
}
