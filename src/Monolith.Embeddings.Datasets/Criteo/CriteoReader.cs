using Monolith.Embeddings.Datasets.Criteo;
using Monolith.Embeddings.Datasets.Lines;

namespace Monolith.Embeddings.Datasets;

/// <summary>
/// Reads the training files of the Criteo click logs: a line an impression, in time order; label, 13 integers and 26 hexadecimal numbers,
/// delimited by TAB, empty where missing. Behaves as <see cref="MovieLensReader"/> does. Thread-safe.
/// </summary>
public static class CriteoReader
{
    /// <summary>Reads examples.</summary>
    /// <param name="path">The file.</param>
    /// <param name="malformed">What happens to lines that cannot be read; null for the default, to stop at the first.</param>
    public static IEnumerable<CriteoExample> Read(string path, MalformedLines? malformed = null) =>
        RecordReader.Read(path, static () => new CriteoFormat(), malformed);

    /// <summary>Reads examples from several files, such as the days of the large log, one after the other.</summary>
    /// <param name="paths">The files, in the order in which they are read; copied.</param>
    /// <param name="malformed">What happens to lines of each file that cannot be read; null for the default, to stop at the first.</param>
    public static IEnumerable<CriteoExample> Read(IEnumerable<string> paths, MalformedLines? malformed = null) =>
        RecordReader.Read(paths, static () => new CriteoFormat(), malformed);
}
