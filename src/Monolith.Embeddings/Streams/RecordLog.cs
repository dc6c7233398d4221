namespace Monolith.Embeddings.Streams;

/// <summary>
/// Records of a log that can be opened at any place, as they are: what a joiner reads, which makes examples of several of them. Derive from
/// it to read a log of your own; files are ready (<see cref="JsonLinesLog{TRecord}"/>, <see cref="LineLog"/>), and each
/// <see cref="LogSource{TRecord}"/> has one (<see cref="LogSource{TRecord}.Log"/>).
/// </summary>
/// <typeparam name="TRecord">The application's record.</typeparam>
/// <remarks>One reading at a time, unless <see cref="ReadAsync"/> allows more.</remarks>
public abstract class RecordLog<TRecord>
{
    /// <summary>
    /// Reads the records that come after a place, in order, each with the place after it. It ends where the log does; a log that grows
    /// does not end, and waits for more until it is cancelled.
    /// </summary>
    /// <param name="from">A place that an earlier record carried, or the start.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public abstract IAsyncEnumerable<LogRecord<TRecord>> ReadAsync(LogPosition from, CancellationToken cancellationToken);

    /// <summary>
    /// Says that everything before a place is durable, and need not be kept any longer. Never the start. The default does nothing.
    /// </summary>
    /// <param name="position">A place after a record that was read.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    public virtual ValueTask CommittedAsync(LogPosition position, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    /// <summary>
    /// How messages name a record, where the place at which it begins is no good name: "clicks, id 42". Asked for messages alone. The
    /// default, null, names it by its line or that place.
    /// </summary>
    /// <param name="behind">The place after the record.</param>
    public virtual string? NameOf(LogPosition behind) => null;
}
