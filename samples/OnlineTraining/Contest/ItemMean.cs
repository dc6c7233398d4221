using Monolith.Embeddings.Features;

namespace OnlineTraining.Contest;

/// <summary>
/// The running mean of the item: predicts the share of positives that an item has had so far, drawn toward the share of all items. Updated
/// after every event, while the models learn a batch at a time.
/// </summary>
public sealed class ItemMean(int itemSlot)
{
    // How many average events an item starts with.
    private const double Prior = 5;

    private readonly Dictionary<long, (double Positives, double Events)> _items = [];
    private double _positives = 1, _events = 2;
    private float[] _logits = [];

    /// <summary>Predicts each example from what came before it, and then counts it.</summary>
    /// <param name="examples">The examples, in order.</param>
    /// <returns>The logits, valid until the next call.</returns>
    public ReadOnlySpan<float> Score(ExampleBatch examples)
    {
        if (_logits.Length < examples.Rows) _logits = new float[examples.Rows];
        var slot = examples.Schema.Slots[itemSlot];
        var ids = examples.Ids(slot);
        var offsets = examples.Offsets(slot);
        var labels = examples.Labels(examples.Schema.Tasks[0]);
        for (var row = 0; row < examples.Rows; row++)
        {
            var hasItem = offsets[row + 1] > offsets[row];
            _logits[row] = Score(hasItem ? ids[offsets[row]] : -1, labels[row]);
        }
        return _logits.AsSpan(0, examples.Rows);
    }

    private float Score(long item, float label)
    {
        var (positives, events) = _items.GetValueOrDefault(item);
        var mean = (positives + Prior * _positives / _events) / (events + Prior);
        _items[item] = (positives + label, events + 1);
        _positives += label;
        _events++;
        return (float)Math.Log(mean / (1 - mean));
    }
}
