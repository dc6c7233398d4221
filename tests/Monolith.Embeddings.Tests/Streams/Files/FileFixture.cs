using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Streams.Files;

/// <summary>Sources of logs of numbers.</summary>
internal sealed class FileFixture
{
    private readonly SourceFixture _numbers = new();

    public FileFixture() => Encoder = new ExampleEncoder<Numbered>(_numbers.Schema,
        (in Numbered record, ExampleWriter writer) => writer.Id(_numbers.Slot, record.Number));

    public ExampleEncoder<Numbered> Encoder { get; }

    public FeatureSchema Schema => _numbers.Schema;

    public FeatureSlot Slot => _numbers.Slot;

    public JsonLinesSource<Numbered> Open(
        LogFiles files, RecordOptions<Numbered>? options = null, FileLogOptions? fileOptions = null, TimeProvider? time = null) =>
        new(files, NumberedJson.Default.Numbered, Encoder, options, fileOptions ?? new() { Follow = false }, time);

    /// <summary>The numbers of the whole log, from a position on.</summary>
    public async Task<List<long>> ReadAll(ExampleSource source, StreamPosition from = default) =>
        [.. (await _numbers.ReadAll(source, from)).SelectMany(batch => batch.Ids)];

    public Task<List<(long[] Ids, StreamPosition Position)>> ReadBatches(ExampleSource source, StreamPosition from = default) =>
        _numbers.ReadAll(source, from);

    public static IEnumerable<long> Numbers(int count) => Enumerable.Range(0, count).Select(number => (long)number);
}
