using System.Globalization;
using Monolith.Embeddings.Features;

namespace Monolith.Embeddings.Tests.Features.Rows;

/// <summary>What an example says, as text that is equal where the bits are.</summary>
internal static class ExampleText
{
    public static string Of(ExampleBatch batch, int row)
    {
        var schema = batch.Schema;
        var parts = new List<string>
        {
            string.Create(CultureInfo.InvariantCulture, $"{batch.EventTimesMilliseconds[row]} {batch.RequestIds[row]}"),
            Bits(batch.Weights[row]),
            Bits(batch.KeepRates[row]),
            $"{batch.Served[row]} {batch.IsLate[row]}",
        };
        foreach (var task in schema.Tasks)
        {
            parts.Add($"{task.Name} {Bits(batch.Labels(task)[row])} {Bits(batch.LogitOffsets(task)[row])} {Bits(batch.Delays(task)[row])}");
            parts.Add(Bits(batch.ServedPredictions(task)[row]));
        }
        for (var i = 0; i < schema.DenseWidth; i++) parts.Add(Bits(batch.Dense[(row * schema.DenseWidth) + i]));
        for (var i = 0; i < schema.Numbers.Count; i++) parts.Add(Bits(batch.Numbers[(row * schema.Numbers.Count) + i]));
        foreach (var slot in schema.Slots) parts.Add($"{slot.Name} {Bag(batch, slot, row)}");
        return string.Join("; ", parts);
    }

    private static string Bag(ExampleBatch batch, FeatureSlot slot, int row)
    {
        var offsets = batch.Offsets(slot);
        var weights = batch.IdWeights(slot);
        var place = batch.IsShared(slot) ? 0 : row;
        var ids = new List<string>();
        for (var i = offsets[place]; i < offsets[place + 1]; i++)
        {
            var values = batch.StepValues(slot).Slice(i * slot.StepValues.Count, slot.StepValues.Count).ToArray().Select(Bits);
            var weight = Bits(weights.IsEmpty ? 1 : weights[i]);
            ids.Add($"{batch.Ids(slot)[i].ToString(CultureInfo.InvariantCulture)}x{weight}:{string.Join(',', values)}");
        }
        return string.Join(' ', ids);
    }

    private static string Bits(float value) => BitConverter.SingleToUInt32Bits(value).ToString("x8", CultureInfo.InvariantCulture);
}
