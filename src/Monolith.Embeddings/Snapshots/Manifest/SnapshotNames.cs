using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Monolith.Embeddings.Snapshots.Manifest;

/// <summary>
/// What the files of a chain are called: the commit's number first, so that a listing is in order; then who wrote it and which try it was,
/// because a name is never used again. Trainers of one number, of which one holds a store that was set back, are told apart by bits of
/// their identity; tries of compactions by random bits: any process may make one.
/// </summary>
internal static class SnapshotNames
{
    private const string TrainingSuffix = "training", ServingSuffix = "serving", BytesSuffix = "bytes";

    private const string FullWord = "full", DeltaWord = "delta", CompactedWord = "compacted", SegmentWord = "segment";

    private const int Digits = 16;

    public static string Training(ulong number, SnapshotKind kind, ulong incarnation, Guid trainer, int attempt) =>
        Name(number, kind, incarnation, trainer, attempt) + "." + TrainingSuffix;

    public static string Serving(ulong number, SnapshotKind kind, ulong incarnation, Guid trainer, int attempt) =>
        Name(number, kind, incarnation, trainer, attempt) + "." + ServingSuffix;

    public static string CompactedTraining(ulong number, ulong incarnation, Guid attempt) =>
        Compacted(number, incarnation, attempt) + "." + TrainingSuffix;

    public static string CompactedServing(ulong number, ulong incarnation, Guid attempt) =>
        Compacted(number, incarnation, attempt) + "." + ServingSuffix;

    /// <summary>The file for training, or for replicas, of a part: as the trainer's own, and random bits.</summary>
    public static string Part(ulong number, SnapshotKind kind, ulong incarnation, Guid trainer, int attempt, Guid part, bool isServing) =>
        $"{Name(number, kind, incarnation, trainer, attempt)}-{part:n}.{(isServing ? ServingSuffix : TrainingSuffix)}";

    /// <summary>The file of a segment of an incremental section.</summary>
    /// <param name="number">The number of the newest commit when it was begun; 0 where there was none.</param>
    /// <param name="incarnation">The trainer's.</param>
    /// <param name="trainer">The trainer.</param>
    /// <param name="attempt">How many its trainer began before.</param>
    public static string Segment(ulong number, ulong incarnation, Guid trainer, int attempt) =>
        $"{Name(number, SegmentWord, incarnation, trainer.ToString("n")[..Digits], attempt)}.{BytesSuffix}";

    /// <summary>
    /// Another name for a copy of a file, which no file has: that of a file of tables as a compaction's, since any process may make one;
    /// that of a segment as of a trainer that never was.
    /// </summary>
    /// <param name="name">The file's.</param>
    /// <param name="incarnation">
    /// One that is to come: then files of tables, too, are called as of a trainer that never was, and no cleaning deletes them before a
    /// manifest of that incarnation is published. Null for that of the file.
    /// </param>
    public static string Again(string name, ulong? incarnation = null)
    {
        var (copy, isKnown) = (SnapshotIdentity.New(), TryRead(name, out var made));
        if (name.EndsWith("." + BytesSuffix, StringComparison.Ordinal))
            return Segment(made.Number, incarnation ?? made.Incarnation, copy, 0);
        if (!isKnown) return $"{copy:n}{Path.GetExtension(name)}";
        var kind = name.Contains($"-{DeltaWord}-", StringComparison.Ordinal) ? SnapshotKind.Delta : SnapshotKind.Full;
        return (name.EndsWith("." + ServingSuffix, StringComparison.Ordinal), incarnation) switch
        {
            (true, { } next) => Serving(made.Number, kind, next, copy, 0),
            (false, { } next) => Training(made.Number, kind, next, copy, 0),
            (true, null) => CompactedServing(made.Number, made.Incarnation, copy),
            (false, null) => CompactedTraining(made.Number, made.Incarnation, copy),
        };
    }

    /// <summary>Reads a name; false where none of the above made it.</summary>
    public static bool TryRead(string name, out Parts parts)
    {
        parts = default;
        var dot = name.LastIndexOf('.');
        if (dot < 0) return false;
        var (words, suffix) = (name[..dot].Split('-'), name[(dot + 1)..]);
        if (words.Length is < 4 or > 5 || !TryNumber(words[0], out var number) || !TryNumber(words[2], out var incarnation)) return false;
        // What is read must be spelt as it would be written: another spelling is a file of another program.
        if (!TryWrite(words, suffix, number, incarnation, out var written) || written != name) return false;
        parts = new Parts(
            number, incarnation, words[1] switch { CompactedWord => Maker.Compaction, SegmentWord => Maker.Segment, _ => Maker.Trainer });
        return true;
    }

    private static bool TryWrite(string[] words, string suffix, ulong number, ulong incarnation, [NotNullWhen(true)] out string? written)
    {
        written = null;
        var isOfTables = words[1] is FullWord or DeltaWord or CompactedWord;
        if (isOfTables ? suffix is not (TrainingSuffix or ServingSuffix) : suffix != BytesSuffix) return false;
        if (words[1] == CompactedWord)
        {
            if (words.Length == 4 && Guid.TryParseExact(words[3], "n", out var attempt)) written = Compacted(number, incarnation, attempt);
        }
        else if (words[1] is FullWord or DeltaWord or SegmentWord && TryReadTry(words[3], out var trainer, out var attempt))
        {
            written = Name(number, words[1], incarnation, trainer, attempt);
            if (words.Length == 5)
                written = words[1] != SegmentWord && Guid.TryParseExact(words[4], "n", out var part) ? $"{written}-{part:n}" : null;
        }
        if (written is not null) written += "." + suffix;
        return written is not null;
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
        Name(number, kind == SnapshotKind.Full ? FullWord : DeltaWord, incarnation, trainer.ToString("n")[..Digits], attempt);

    private static string Name(ulong number, string word, ulong incarnation, string trainer, int attempt)
    {
        var mark = trainer.Length > 0 ? "_" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{number:d12}-{word}-{incarnation}-{trainer}{mark}{attempt}");
    }

    private static string Compacted(ulong number, ulong incarnation, Guid attempt) =>
        string.Create(CultureInfo.InvariantCulture, $"{number:d12}-{CompactedWord}-{incarnation}-{attempt:n}");

    private static bool TryNumber(string word, out ulong number) =>
        ulong.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    /// <summary>The process that made a file, and its purpose.</summary>
    internal enum Maker
    {
        /// <summary>A trainer, or the process of a part, for one commit.</summary>
        Trainer,

        /// <summary>A compaction.</summary>
        Compaction,

        /// <summary>A trainer, for any of its commits to come.</summary>
        Segment,
    }

    /// <summary>What a name says.</summary>
    /// <param name="Number">The commit's number.</param>
    /// <param name="Incarnation">The incarnation of the trainer whose state the file holds.</param>
    /// <param name="Maker">The process that made it.</param>
    internal readonly record struct Parts(ulong Number, ulong Incarnation, Maker Maker);
}
