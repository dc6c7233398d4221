namespace Monolith.Embeddings.Snapshots;

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

    public static SnapshotException Of(Exception exception, string file, string expected) =>
        new(SnapshotFault.Storage, file, expected, $"a failure of the medium: {exception.Message}", exception);
}
