using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.Tests.Streams.Negatives;

/// <summary>
/// What may follow each event, by lists and dictionaries: what items may be drawn, how many there must be, which offsets they carry, and
/// what the rows must hold.
/// </summary>
internal sealed class SamplerOracle(NegativeSamplerOptions options)
{
    private readonly List<OracleItem> _items = [];
    private readonly Dictionary<long, List<long>> _windows = [];
    private readonly List<long> _requestItems = [];
    private long _request, _now, _clock = long.MinValue;

    /// <summary>How often each case was there, so that a test can say that it met them.</summary>
    public Dictionary<string, int> Met { get; } = [];

    /// <summary>Checks the rows that were made of a batch.</summary>
    /// <param name="events">The events of the batch.</param>
    /// <param name="plain">The rows without a sampler.</param>
    /// <param name="sampled">The rows with it.</param>
    public void Check(IReadOnlyList<SampledEvent> events, IReadOnlyList<SampledRow> plain, IReadOnlyList<SampledRow> sampled)
    {
        var at = 0;
        for (var i = 0; i < events.Count; i++)
        {
            if (events[i] is { Label: > 0, Items.Length: 1 }) at = CheckPositive(events, plain, i, sampled, at);
            else Assert.That($"{sampled[at++]}", Is.EqualTo($"{plain[i]}"), "no positive goes by");
        }
        Assert.That(at, Is.EqualTo(sampled.Count), "rows of the batch");
        Remember(events);
    }

    private int CheckPositive(
        IReadOnlyList<SampledEvent> events, IReadOnlyList<SampledRow> plain, int index, IReadOnlyList<SampledRow> sampled, int at)
    {
        var (now, id) = (events[index], events[index].Items[0]);
        (_now, _clock) = (now.Time, Math.Max(_clock, now.Time));
        if (options.ItemAge is { } age) Drop(age);
        var own = _items.Find(item => item.Id == id);
        var rejected = Rejected(events, index);
        var candidates = _items.Where(item => !rejected.Contains(item.Id)).ToList();
        var count = Math.Min(options.PerPositive, candidates.Count);
        var (positive, all) = (sampled[at++], candidates.Sum(Weight));
        Assert.That($"{positive with { Offset = plain[index].Offset }}", Is.EqualTo($"{plain[index]}"), "the positive is as it was");
        Assert.That(positive.Offset, Is.EqualTo(PositiveOffset(own, rejected, all, count)).Within(2e-5), "the offset of the positive");
        var drawn = new HashSet<long>();
        for (var i = 0; i < count; i++)
        {
            var negative = sampled[at++];
            var item = candidates.Find(item => item.Id == negative.Items.Single());
            Assert.That(item, Is.Not.Null, $"{negative} may not be drawn");
            Assert.That(drawn.Add(item!.Id) || options.Power > 0, "drawn twice");
            var offset = (float)-Math.Log(count * Weight(item) / all);
            var expected = new SampledRow([item.Id], 0, offset, positive.Context, item.Side, "NaN 0 0 0 NaN");
            Assert.That($"{negative with { Offset = expected.Offset }}", Is.EqualTo($"{expected}"), "the negative");
            Assert.That(negative.Offset, Is.EqualTo(expected.Offset).Within(2e-5), "the offset of a negative");
        }
        Meet(own is null ? "new" : "known", count < options.PerPositive ? "few" : "enough");
        See(own, now, plain[index].ItemSide);
        return at;
    }

    private double PositiveOffset(OracleItem? own, HashSet<long> rejected, double all, int count)
    {
        if (options.Power == 0) return -Math.Log(Math.Max(1, count) / Math.Max(1, all));
        var others = _items.Where(item => item != own).ToList();
        var weight = own is null ? Math.Pow(1, options.Power) : Weight(own);
        var total = others.Where(item => !rejected.Contains(item.Id)).Sum(Weight) + weight;
        var (counts, products) = (others.Sum(Count), others.Sum(item => Count(item) * Weight(item)));
        var allowed = total - (counts > 0 ? products / counts : 0);
        return -Math.Log(Math.Max(1, count) * (allowed > weight ? weight / allowed : 1));
    }

    private HashSet<long> Rejected(IReadOnlyList<SampledEvent> events, int index)
    {
        var now = events[index];
        var rejected = new HashSet<long>(now.Items);
        if (now.Request != 0)
        {
            rejected.UnionWith(events.Where(other => other.Request == now.Request && other.Items.Length == 1).Select(o => o.Items[0]));
            if (now.Request == _request && rejected.Count < rejected.Union(_requestItems).Count()) Meet("request over two batches");
            if (now.Request == _request) rejected.UnionWith(_requestItems);
        }
        if (now.User is not { } user || !_windows.TryGetValue(user, out var window)) return rejected;
        Meet(window.Exists(item => !rejected.Contains(item)) ? "window" : "empty window");
        rejected.UnionWith(window);
        return rejected;
    }

    private void See(OracleItem? own, SampledEvent now, string side)
    {
        if (own is null && _items.Count == options.MaxItems)
        {
            _items.RemoveAt(0);
            Meet("evicted");
        }
        if (own is not null) _items.Remove(own);
        own ??= new OracleItem { Id = now.Items[0] };
        own.Times.Add(now.Time);
        own.Side = side;
        _items.Add(own);
        if (now.User is not { } user || options.Window == 0) return;
        if (!_windows.TryGetValue(user, out var window)) _windows[user] = window = [];
        window.Add(own.Id);
        if (window.Count > options.Window) window.RemoveAt(0);
    }

    private void Drop(TimeSpan age)
    {
        while (_items.Count > 0 && _clock - _items[0].Times.Max() > age.TotalMilliseconds)
        {
            _items.RemoveAt(0);
            Meet("expired");
        }
    }

    private void Remember(IReadOnlyList<SampledEvent> events)
    {
        if (events[^1].Request != _request) _requestItems.Clear();
        _request = events[^1].Request;
        if (_request != 0) _requestItems.AddRange(events.Where(e => e.Request == _request && e.Items.Length == 1).Select(e => e.Items[0]));
    }

    // As counts at the newest time; the sampler's are as at another, which is the same in every ratio.
    private double Count(OracleItem item) => options.HalfLife is { } halfLife
        ? item.Times.Sum(time => Math.Pow(2, (time - _now) / halfLife.TotalMilliseconds))
        : item.Times.Count;

    private double Weight(OracleItem item) => options.Power == 0 ? 1 : Math.Pow(Count(item), options.Power);

    private void Meet(params string[] cases)
    {
        foreach (var one in cases) Met[one] = Met.GetValueOrDefault(one) + 1;
    }

    private sealed class OracleItem
    {
        public long Id { get; init; }

        public List<long> Times { get; } = [];

        public string Side { get; set; } = "";
    }
}
