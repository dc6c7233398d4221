using System.IO.Enumeration;
using Monolith.Embeddings.Streams.Files;

namespace Monolith.Embeddings.Streams;

/// <summary>
/// Which files make up a log, and in what order. Each is plain or gzip; one that is packed later keeps its place. Immutable; thread-safe.
/// </summary>
public abstract class LogFiles
{
    private protected LogFiles()
    {
    }

    /// <summary>A file that grows, and the older ones beside it that rotation made of it.</summary>
    /// <remarks>
    /// Older are the files of the same folder whose names have a counter or a date behind the name ("clicks.jsonl.1",
    /// "clicks.jsonl-20260301.gz") or before its extension ("clicks-2026-03-01.jsonl"). Up to four digits are a counter, of which the
    /// largest is the oldest; anything longer is a date, of which the smallest is the oldest.
    /// </remarks>
    /// <param name="path">The file that is written to. It need not be there yet; its folder must be.</param>
    public static LogFiles Rotating(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new RotatedFiles(path);
    }

    /// <summary>All files of a folder whose names match a pattern, also those that come later.</summary>
    /// <param name="folder">The folder. Those below it are not looked at.</param>
    /// <param name="pattern">
    /// The names, with * for any characters and ? for one, in upper and lower case as written. Names that end in ".gz" match without
    /// it as well.
    /// </param>
    /// <param name="order">In which order they are read. New ones must come behind those that were read; others are reported.</param>
    /// <exception cref="ArgumentOutOfRangeException">The order is none.</exception>
    public static LogFiles Matching(string folder, string pattern, LogFileOrder order = LogFileOrder.NaturalName)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        return Enum.IsDefined(order)
            ? new MatchingFiles(folder, name => FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false), order,
                $"the files '{pattern}' in '{folder}'")
            : throw Validation.OutOfRange.Of(nameof(order), (int)order, "It is none of the orders.");
    }

    /// <summary>
    /// Files in the order in which they are given. A position names them by these paths: give them the same way each time.
    /// </summary>
    /// <param name="paths">The files; copied. More may be added at the end later on.</param>
    /// <exception cref="ArgumentException">There are none, or one is given twice.</exception>
    public static LogFiles Of(params IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        return new ListedFiles([.. paths]);
    }

    /// <summary>Those that are there, the oldest first.</summary>
    internal abstract List<NamedFile> List();

    /// <summary>Whether a file keeps its name, except for the ending of a packed one.</summary>
    internal abstract bool KeepsNames { get; }

    /// <summary>Whether a file may appear before those that were read.</summary>
    internal virtual bool MayComeLate => KeepsNames;

    /// <summary>Throws where the files cannot be read to their end without waiting.</summary>
    internal virtual void RequireAll()
    {
    }

    /// <summary>How many files come before one, whether it is there or not.</summary>
    /// <param name="files">Those that are there.</param>
    /// <param name="name">Its name; names must be kept.</param>
    internal virtual int CountBefore(List<NamedFile> files, string name) => 0;

    /// <summary>Which they are, for messages.</summary>
    internal abstract string Text { get; }

    /// <inheritdoc />
    public sealed override string ToString() => Text;
}
