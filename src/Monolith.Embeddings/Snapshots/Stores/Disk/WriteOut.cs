using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Monolith.Embeddings.Snapshots.Stores.Disk;

/// <summary>
/// Asks the system to begin writing bytes of a file to the disk: Linux keeps them until a flush asks for all at once, and the disk would
/// idle meanwhile. A hint: it says nothing about what is durable, and elsewhere it does nothing.
/// </summary>
internal static partial class WriteOut
{
    private const uint BeginWriting = 2;

    public static void Begin(SafeFileHandle file, long offset, long bytes)
    {
        if (OperatingSystem.IsLinux()) _ = SyncFileRange(file, offset, bytes, BeginWriting);
    }

    [LibraryImport("libc", EntryPoint = "sync_file_range")]
    private static partial int SyncFileRange(SafeFileHandle file, long offset, long bytes, uint flags);
}
