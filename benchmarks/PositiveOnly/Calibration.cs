using Monolith.Embeddings.Features;

namespace PositiveOnly;

/// <summary>
/// Mean prediction, sigmoid(logit + offset), and mean label of the rows, by day and by popularity: a tenth of the items that were seen
/// before the day is a decile, by how often they were chosen until then. Items that were not seen before the day are apart.
/// </summary>
/// <param name="from">Rows before it do not count.</param>
internal sealed class Calibration(DateTimeOffset from)
{
    /// <summary>The place of items that were new on the day.</summary>
    public const int New = 10;

    private readonly Dictionary<long, int> _counts = [], _deciles = [];
    private DateTime _day;

    /// <summary>By day.</summary>
    public SortedDictionary<DateTime, Sums> Days { get; } = [];

    /// <summary>By decile, the least popular first; new items last.</summary>
    public Sums[] Deciles { get; } = [.. Enumerable.Range(0, New + 1).Select(_ => new Sums())];

    public void Add(ExampleBatch batch, ReadOnlySpan<float> logits, Shop shop)
    {
        var labels = batch.Labels(shop.Chosen);
        var offsets = batch.LogitOffsets(shop.Chosen);
        var items = batch.Ids(shop.Item);
        for (var row = 0; row < batch.Rows; row++)
        {
            var at = DateTimeOffset.FromUnixTimeMilliseconds(batch.EventTimesMilliseconds[row]);
            if (at.Date != _day) BeginDay(at.Date);
            if (labels[row] > 0.5f) _counts[items[row]] = _counts.GetValueOrDefault(items[row]) + 1;
            if (at < from) continue;
            var predicted = 1 / (1 + Math.Exp(-(logits[row] + offsets[row])));
            if (!Days.TryGetValue(at.Date, out var day)) Days.Add(at.Date, day = new Sums());
            day.Add(predicted, labels[row]);
            Deciles[_deciles.GetValueOrDefault(items[row], New)].Add(predicted, labels[row]);
        }
    }

    private void BeginDay(DateTime day)
    {
        _day = day;
        _deciles.Clear();
        foreach (var (place, (item, _)) in _counts.OrderBy(pair => pair.Value).ThenBy(pair => pair.Key).Index())
            _deciles[item] = place * New / _counts.Count;
    }

    /// <summary>Sums over rows.</summary>
    internal sealed class Sums
    {
        public long Rows { get; private set; }

        public double Predicted { get; private set; }

        public double Labels { get; private set; }

        public void Add(double predicted, float label) => (Rows, Predicted, Labels) = (Rows + 1, Predicted + predicted, Labels + label);
    }
}
