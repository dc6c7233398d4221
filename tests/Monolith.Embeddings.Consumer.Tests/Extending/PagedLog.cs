// docs/extending.md shows what stands between the two marks, to the letter; ExtendingPageTests holds that.
// <page>
using System.Runtime.CompilerServices;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

/// <summary>Reads some records of an append-only log from an offset on; none at its end.</summary>
public delegate Task<IReadOnlyList<TRecord>> PageReader<TRecord>(long offset, CancellationToken cancellationToken);

/// <summary>An append-only log that is read page by page. A position is a name and an offset: going on reads nothing again.</summary>
public sealed class PagedLog<TRecord>(
    string name, PageReader<TRecord> read, ExampleEncoder<TRecord> encoder, RecordOptions<TRecord>? options = null)
    : LogSource<TRecord>(encoder, options)
{
    protected override async IAsyncEnumerable<LogRecord<TRecord>> ReadRecordsAsync(
        LogPosition from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var offset = from.Offset;
        while (await read(offset, cancellationToken) is { Count: > 0 } page)
        {
            foreach (var record in page) yield return new(record, new(name, ++offset));
        }
    }
}
// </page>
