namespace Monolith.Embeddings.Snapshots.Stores;

/// <summary>Turns the failures of a disk into <see cref="SnapshotException"/>s that name the file.</summary>
internal static class DiskFaults
{
    /// <summary>Runs something on the disk.</summary>
    /// <param name="file">The file that it is about.</param>
    /// <param name="expected">What ought to happen, to follow "expected".</param>
    /// <param name="work">What to run.</param>
    public static T Guard<T>(string file, string expected, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Of(exception, file, expected);
        }
    }

    /// <inheritdoc cref="Guard{T}" />
    public static void Guard(string file, string expected, Action work) =>
        Guard(file, expected, () =>
        {
            work();
            return true;
        });

    /// <summary>Whether a cause of this is that a disk is full, or a quota used up.</summary>
    public static bool IsOutOfRoom(Exception? exception)
    {
        for (; exception is not null; exception = exception.InnerException)
        {
            if (exception is IOException && IsOutOfRoom(exception.HResult)) return true;
        }
        return false;
    }

    public static SnapshotException Of(Exception exception, string file, string expected) =>
        new(SnapshotFault.Storage, file, expected, $"a failure of the medium: {exception.Message}", exception);

    // ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL and ERROR_DISK_QUOTA_EXCEEDED; elsewhere .NET passes the system's own number on: ENOSPC, and
    // EDQUOT of Linux and of macOS.
    private static bool IsOutOfRoom(int code) =>
        OperatingSystem.IsWindows() ? (uint)code is 0x80070027 or 0x80070070 or 0x8007050F : code is 28 or 122 or 69;
}
