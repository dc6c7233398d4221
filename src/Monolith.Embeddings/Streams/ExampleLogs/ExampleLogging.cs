using Monolith.Embeddings.Streams.ExampleLogs;

namespace Monolith.Embeddings.Streams;

/// <summary>Logs what passes through a stream.</summary>
public static class ExampleLogging
{
    /// <summary>
    /// This source, with each batch written to a log on its way. The log belongs to the trainer's commits: it holds each example that was
    /// learned up to the newest commit once, whatever kills and restarts came between. Positions are this source's own, so that a stream
    /// may get its log between two runs; a commit that knows of a log needs it to be restored.
    /// </summary>
    /// <param name="source">What is to be logged.</param>
    /// <param name="log">Where to; a stage of one stream alone.</param>
    /// <returns>The source to train from.</returns>
    /// <exception cref="InvalidOperationException">The log is a stage of a stream already.</exception>
    public static ExampleSource LoggedTo(this ExampleSource source, ExampleLog log)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(log);
        return new LoggedSource(source, log.Write(source.Schema));
    }
}
