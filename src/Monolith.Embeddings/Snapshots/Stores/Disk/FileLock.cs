using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Monolith.Embeddings.Snapshots.Stores.Disk;

/// <summary>
/// Exclusive locks of open files, across processes. On Windows they come with the opening. Elsewhere .NET asks for them too, but it takes
/// none for writing on NFS, CIFS and SMB, none where locking is switched off, and where the file system refuses for another reason than
/// that the lock is taken, it goes on without; so this asks by itself.
/// </summary>
internal static partial class FileLock
{
    private const int Exclusive = 2, AtOnce = 4, Interrupted = 4;

    /// <summary>
    /// How to open a file that is then locked. Windows lets no other open it, but lets it be renamed and deleted; elsewhere .NET begins
    /// with the same lock.
    /// </summary>
    public static FileShare Share => OperatingSystem.IsWindows() ? FileShare.Delete : FileShare.None;

    /// <summary>Takes the lock until the file is closed.</summary>
    /// <returns>False where another opening holds it.</returns>
    /// <exception cref="IOException">There are no locks here.</exception>
    public static bool TryTake(SafeFileHandle file)
    {
        if (OperatingSystem.IsWindows()) return true;
        while (Lock(file, Exclusive | AtOnce) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (IsTaken(error)) return false;
            if (error == Interrupted) continue;
            var reason = Marshal.GetLastPInvokeErrorMessage();
            throw new IOException($"The file system takes no locks (flock): {reason}. Mount it with locks, or use another.", error);
        }
        return true;
    }

    /// <summary>Whether a file could not be opened because another opening has locked it.</summary>
    public static bool IsTaken(IOException exception) => exception.GetType() == typeof(IOException) && IsTaken(exception.HResult & 0xFFFF);

    // EWOULDBLOCK of Linux and of macOS, and the sharing violations of Windows.
    private static bool IsTaken(int error) => error is 11 or 35 or 32 or 33;

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(SafeFileHandle file, int operation);
}
