using System.Globalization;

namespace Monolith.Embeddings.Snapshots;

/// <summary>
/// What the files of a chain are called: the commit's number first, so that a listing is in order; then who wrote it and which try it was, because a name is never used again.
/// </summary>
internal static class SnapshotNames
{
    public static string Training(ulong number, SnapshotKind kind, ulong incarnation, int attempt) => Name(number, kind, incarnation, attempt) + ".training";

    public static string Serving(ulong number, SnapshotKind kind, ulong incarnation, int attempt) => Name(number, kind, incarnation, attempt) + ".serving";

    private static string Name(ulong number, SnapshotKind kind, ulong incarnation, int attempt) => string.Create(
        CultureInfo.InvariantCulture, $"{number:d12}-{(kind == SnapshotKind.Full ? "full" : "delta")}-{incarnation}-{attempt}");
}
