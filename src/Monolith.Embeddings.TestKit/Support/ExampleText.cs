using System.Globalization;
using System.Text;
using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.TestKit.Support;

/// <summary>The rows of a batch as texts: two rows are the same example if and only if their texts are.</summary>
internal static class ExampleText
{
    public static IReadOnlyList<string> Of(ExampleBatch batch) => [.. Enumerable.Range(0, batch.Rows).Select(row => Of(batch, row))];

    private static string Of(ExampleBatch batch, int row)
    {
        var text = new StringBuilder();
        foreach (var slot in batch.Schema.Slots.Where(slot => !slot.IsDerived)) Append(text, batch, slot, row);
        var width = batch.Schema.DenseWidth;
        text.Append(" dense ").Append(Text(batch.Dense.Slice(row * width, width)));
        var numbers = batch.Schema.Numbers.Count;
        text.Append(" numbers ").Append(Text(batch.Numbers.Slice(row * numbers, numbers)));
        foreach (var task in batch.Schema.Tasks)
        {
            float[] values = [batch.Labels(task)[row], batch.LogitOffsets(task)[row], batch.Delays(task)[row]];
            text.Append(' ').Append(task.Name).Append(' ').Append(Text(values)).Append(Text([batch.ServedPredictions(task)[row]]));
        }
        text.Append(" weight ").Append(Text([batch.Weights[row]]));
        text.Append(CultureInfo.InvariantCulture, $" at {batch.EventTimesMilliseconds[row]} of {batch.RequestIds[row]}");
        text.Append(CultureInfo.InvariantCulture, $" {batch.Served[row]} {(batch.IsLate[row] ? "late" : "in time")}");
        text.Append(" kept by ").Append(Text([batch.KeepRates[row]]));
        return text.ToString();
    }

    private static void Append(StringBuilder text, ExampleBatch batch, FeatureSlot slot, int row)
    {
        var ids = batch.Ids(slot);
        var weights = batch.IdWeights(slot);
        var (start, end) = (0, ids.Length);
        if (!batch.IsShared(slot)) (start, end) = (batch.Offsets(slot)[row], batch.Offsets(slot)[row + 1]);
        text.Append(slot.Name);
        for (var i = start; i < end; i++) text.Append(CultureInfo.InvariantCulture, $" {ids[i]}*{(weights.IsEmpty ? 1 : weights[i]):R}");
        var width = slot.StepValues.Count;
        if (width > 0) text.Append(" steps ").Append(Text(batch.StepValues(slot)[(start * width)..(end * width)]));
        text.Append(';');
    }

    private static string Text(ReadOnlySpan<float> values)
    {
        var text = new StringBuilder();
        foreach (var value in values) text.Append(CultureInfo.InvariantCulture, $"{value:R} ");
        return text.ToString();
    }
}
