namespace Monolith.Embeddings.Streams;

/// <summary>The records of a source, without its encoder.</summary>
internal sealed class SourceLog<TRecord>(LogSource<TRecord> source) : RecordLog<TRecord>
{
    public override IAsyncEnumerable<LogRecord<TRecord>> ReadAsync(LogPosition from, CancellationToken cancellationToken) =>
        source.ReadForLogAsync(from, cancellationToken);

    public override ValueTask CommittedAsync(LogPosition position, CancellationToken cancellationToken) =>
        source.CommittedAsync(position.ToStreamPosition(), cancellationToken);

    public override string? NameOf(LogPosition behind) => source.NameForLog(behind);
}
