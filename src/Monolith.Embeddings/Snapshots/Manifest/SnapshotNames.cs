using System.Globalization;

namespace Monolith.Embeddings.Snapshots.Manifest;

/// <summary>
/// What the files of a chain are called: the commit's number first, so that a listing is in order; then who wrote it and which try it was,
/// because a name is never used again. Trainers of one number, of which one holds a store that was set back, are told apart by bits of
/// their identity; tries of compactions by random bits: any process may make one.
/// </summary>
internal static class SnapshotNames
{
    private const string TrainingSuffix = "training", ServingSuffix = "serving", FullWord = "full", DeltaWord = "delta", CompactedWord = "compacted";

    private const int Digits = 16;

    public static string Training(ulong number, SnapshotKind kind, ulong incarnation, Guid trainer, int attempt) =>
        Name(number, kind, incarnation, trainer, attempt) + "." + TrainingSuffix;

    public static string Serving(ulong number, SnapshotKind kind, ulong incarnation, Guid trainer, int attempt) =>
        Name(number, kind, incarnation, trainer, attempt) + "." + ServingSuffix;

    public static string CompactedTraining(ulong number, ulong incarnation, Guid attempt) => Compacted(number, incarnation, attempt) + "." + TrainingSuffix;

    public static string CompactedServing(ulong number, ulong incarnation, Guid attempt) => Compacted(number, incarnation, attempt) + "." + ServingSuffix;

    /// <summary>Reads a name; false where none of the above made it.</summary>
    public static bool TryRead(string name, out Parts parts)
    {
        parts = default;
        var words = name.Split('-', '.');
        if (words.Length != 5 || words[1] is not (FullWord or DeltaWord or CompactedWord) || words[4] is not (TrainingSuffix or ServingSuffix)) return false;
        if (!TryNumber(words[0], out var number) || !TryNumber(words[2], out var incarnation)) return false;
        if (!TryWrite(words, number, incarnation, out var written) || written != name) return false;
        parts = new Parts(number, incarnation, words[1] == CompactedWord);
        return true;
    }

    // What is read must be spelt as it would be written: another spelling is somebody else's file.
    private static bool TryWrite(string[] words, ulong number, ulong incarnation, out string? written)
    {
        written = null;
        if (words[1] == CompactedWord)
        {
            if (Guid.TryParseExact(words[3], "n", out var attempt)) written = Compacted(number, incarnation, attempt);
        }
        else if (TryReadTry(words[3], out var trainer, out var attempt))
        {
            written = Name(number, words[1] == FullWord ? SnapshotKind.Full : SnapshotKind.Delta, incarnation, trainer, attempt);
        }
        if (written is null) return false;
        written += "." + words[4];
        return true;
    }

    // Before trainers had identities, the number of the try stood alone.
    private static bool TryReadTry(string word, out string trainer, out int attempt)
    {
        var parts = word.Split('_');
        trainer = parts.Length == 2 ? parts[0] : "";
        attempt = 0;
        if (parts.Length > 2 || (parts.Length == 2 && (trainer.Length != Digits || !trainer.All(char.IsAsciiHexDigitLower)))) return false;
        return int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out attempt);
    }

    private static string Name(ulong number, SnapshotKind kind, ulong incarnation, Guid trainer, int attempt) =>
        Name(number, kind, incarnation, trainer.ToString("n")[..Digits], attempt);

    private static string Name(ulong number, SnapshotKind kind, ulong incarnation, string trainer, int attempt)
    {
        var (word, mark) = (kind == SnapshotKind.Full ? FullWord : DeltaWord, trainer.Length > 0 ? "_" : "");
        return string.Create(CultureInfo.InvariantCulture, $"{number:d12}-{word}-{incarnation}-{trainer}{mark}{attempt}");
    }

    private static string Compacted(ulong number, ulong incarnation, Guid attempt) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:d12}-{CompactedWord}-{incarnation}-{attempt:n}");

    private static bool TryNumber(string word, out ulong number) => ulong.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    /// <summary>What a name says.</summary>
    /// <param name="Number">The commit's number.</param>
    /// <param name="Incarnation">The incarnation of the trainer whose state the file holds.</param>
    /// <param name="IsCompacted">Whether a compaction made it, and not the trainer.</param>
    internal readonly record struct Parts(ulong Number, ulong Incarnation, bool IsCompacted);
}
