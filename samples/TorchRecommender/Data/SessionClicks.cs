using Monolith.Embeddings.Datasets;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Streams;
using OnlineTraining.Data;
using Samples.Common;

namespace TorchRecommender.Data;

/// <summary>
/// Clicks of sessions, by files <c>day_*</c> with a session and an item a line. There is nothing but clicks: each is followed by items
/// drawn from those that were clicked before, as negatives. The files tell the day alone, so that the clicks of a day are spread over it.
/// </summary>
public sealed class SessionClicks : ServedDataset
{
    private const int NegativesPerClick = 4, Item = 0;

    private static readonly DateTimeOffset FirstDay = new(2014, 4, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SessionClick[] _clicks;
    private readonly ulong _seed;

    private SessionClicks(SessionClick[] clicks, ulong seed, IReadOnlyList<SlotSpec> slots) =>
        (_clicks, _seed, Slots) = (clicks, seed, slots);

    /// <inheritdoc />
    public override string Description =>
        $"yoochoose, {_clicks.Length:N0} clicks, each before {NegativesPerClick} other items that were not clicked";

    // The first clicks have fewer: so many other items are not known yet.
    /// <inheritdoc />
    public override long? Count => _clicks.Length * (1L + NegativesPerClick);

    /// <inheritdoc />
    public override IReadOnlyList<SlotSpec> Slots { get; }

    /// <inheritdoc />
    public override int ItemSlot => Item;

    /// <inheritdoc />
    public override bool DrawsNegatives => true;

    /// <inheritdoc />
    public override string Asked =>
        $"a session that clicked {string.Join(", ", _clicks[^1].Before.TakeLast(3).Select(NameOf).DefaultIfEmpty("nothing yet"))}";

    /// <summary>Reads the clicks.</summary>
    /// <param name="folder">The folder of the files.</param>
    /// <param name="history">How many of the session's newest clicks are seen, at least 1.</param>
    /// <param name="events">How many clicks to keep, the first in time; null for all.</param>
    /// <param name="seed">What the negatives are drawn by.</param>
    /// <param name="malformed">What becomes of malformed lines.</param>
    /// <exception cref="UsageException">There are no such files, or they hold no click.</exception>
    public static SessionClicks Read(string folder, int history, long? events, ulong seed, MalformedLines malformed)
    {
        if (!Directory.Exists(folder)) throw new UsageException($"There is no folder {folder}; --data names the folder of the day files.");
        string[] files = [.. Directory.EnumerateFiles(folder, "day_*").Order(StringComparer.Ordinal)];
        if (files.Length == 0)
            throw new UsageException($"The folder {folder} holds no file called day_*; --data names the folder of the day files.");
        var options = new CsvOptions { Delimiter = ' ', HasHeader = false, Quoting = CsvQuoting.None, Malformed = malformed };
        var reader = new CsvReader<(long Session, long Item)>([0, 1], row => (row.Int64(0), row.Int64(1)), options);
        var read = new List<(long Session, long Item, DateTimeOffset Time)>();
        foreach (var (day, file) in files.Index())
        {
            if (read.Count >= events) break;
            (long Session, long Item)[] clicks = [.. reader.Read(file)];
            read.AddRange(clicks.Select((click, i) => (click.Session, click.Item, FirstDay.AddDays(day + (double)i / clicks.Length))));
        }
        if (events < read.Count) read.RemoveRange((int)events, read.Count - (int)events);
        if (read.Count == 0) throw new UsageException($"The files day_* of the folder {folder} hold no click.");
        var before = Histories.Of([.. read.Select(click => (click.Session, click.Item, true))], history);
        return new SessionClicks([.. read.Zip(before, (click, items) => new SessionClick(click.Item, items, click.Time))], seed,
            [new("item"), new(HistorySlot, Pooling.Mean, history)]);
    }

    /// <inheritdoc />
    public override ServedDataset AsSequence() => new SessionClicks(_clicks, _seed, [Slots[0], Slots[1] with { Pooling = Pooling.None }]);

    /// <inheritdoc />
    public override ExampleSource Open(FeatureSchema schema, IdSpace ids, int batchSize)
    {
        var (slots, clicked) = (schema.Slots, schema.Tasks[0]);
        var encoder = new ExampleEncoder<SessionClick>(schema, (in SessionClick click, ExampleWriter writer) =>
        {
            writer.Id(slots[0], ids.Id(Item, click.Item)).Label(clicked, true).At(click.Time);
            foreach (var item in click.Before) writer.Id(slots[1], ids.Id(Item, item));
        });
        var clicks = ExampleSource.From(
            () => (IEnumerable<SessionClick>)_clicks, encoder, Math.Max(1, batchSize / (1 + NegativesPerClick)));
        return clicks.WithNegatives(new() { Task = clicked, Item = slots[0], PerPositive = NegativesPerClick, Seed = _seed });
    }

    /// <inheritdoc />
    public override IReadOnlyList<long> Candidates(int count) =>
        [.. _clicks.CountBy(click => click.Item).OrderByDescending(pair => pair.Value).Take(count).Select(pair => pair.Key)];

    /// <inheritdoc />
    public override string NameOf(long item) => $"item {item}";

    /// <inheritdoc />
    public override void WriteShared(FeatureSchema schema, IdSpace ids, FeatureWriter writer)
    {
        foreach (var item in _clicks[^1].Before) writer.Id(schema.Slots[1], ids.Id(Item, item));
    }

    /// <inheritdoc />
    public override void WriteCandidate(FeatureSchema schema, IdSpace ids, long item, FeatureWriter writer)
    {
        writer.Id(schema.Slots[0], ids.Id(Item, item));
    }
}
