using System.IO.Hashing;
using System.Text;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Features.Schema;

namespace Monolith.Embeddings.Tests.Features.Derived;

/// <summary>The ids and weights that a derived slot must have, row by row and without buffers.</summary>
internal static class DerivedOracle
{
    public static List<(long Id, float Weight)> Of(FeatureBatch batch, FeatureSlot slot, int row, Func<FeatureSlot, float[]?> learned) =>
        slot.Source switch
        {
            CrossSource cross => Cross(batch, slot, cross, row, learned),
            BucketSource buckets => [(Bucket(batch, slot, buckets, row, learned), 1)],
            _ => Written(batch, slot, row),
        };

    /// <summary>What a batch has in a slot.</summary>
    public static List<(long Id, float Weight)> Written(FeatureBatch batch, FeatureSlot slot, int row)
    {
        var at = batch.IsShared(slot) ? 0 : row;
        var bag = new List<(long, float)>();
        for (var i = batch.Offsets(slot)[at]; i < batch.Offsets(slot)[at + 1]; i++)
            bag.Add((batch.Ids(slot)[i], batch.IdWeights(slot).IsEmpty ? 1 : batch.IdWeights(slot)[i]));
        return bag;
    }

    private static List<(long Id, float Weight)> Cross(
        FeatureBatch batch, FeatureSlot slot, CrossSource cross, int row, Func<FeatureSlot, float[]?> learned)
    {
        List<(ulong Hash, float Weight)> products = [(Combine(0x4372_6F73_7365_6400, HashOf(slot.Name)), 1)];
        foreach (var part in cross.Parts) products = [(Combine(products[0].Hash, HashOf(part.Name)), 1)];
        foreach (var part in cross.Parts)
        {
            List<(ulong Id, float Weight)> ids = [.. Of(batch, part, row, learned).Select(id => ((ulong)id.Id, id.Weight))];
            if (ids.Count == 0) ids.Add((0x6A09_E667_F3BC_C908, 1));
            products = [.. from product in products from id in ids select (Combine(product.Hash, id.Id), product.Weight * id.Weight)];
        }
        return [.. products.Take(slot.MaxIds).Select(product => ((long)product.Hash, product.Weight))];
    }

    private static long Bucket(FeatureBatch batch, FeatureSlot slot, BucketSource source, int row, Func<FeatureSlot, float[]?> learned)
    {
        var value = batch.Numbers[(row * batch.Schema.Numbers.Count) + source.Column.Index];
        var bounds = source.Bounds.AreLearned ? learned(slot) : source.Bounds.Given;
        var start = Combine(Combine(0x4275_636B_6574_7300, HashOf(slot.Name)), HashOf(source.Column.Name));
        if (float.IsNaN(value)) return (long)Combine(start, unchecked((ulong)-1));
        if (bounds is null) return (long)Combine(start, unchecked((ulong)-2));
        var lower = bounds.Where(bound => bound <= value).Append(float.NegativeInfinity).Max();
        var upper = bounds.Where(bound => bound > value).Append(float.PositiveInfinity).Min();
        return (long)Combine(Combine(start, Bits(lower)), Bits(upper));
    }

    private static ulong Bits(float bound) => bound == 0 ? 0 : BitConverter.SingleToUInt32Bits(bound);

    private static ulong HashOf(string text) => XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(text));

    private static ulong Combine(ulong first, ulong second) => Mix(Mix(unchecked(first + 0x9E3779B97F4A7C15)) ^ second);

    private static ulong Mix(ulong key)
    {
        unchecked
        {
            key = (key ^ (key >> 30)) * 0xBF58476D1CE4E5B9;
            key = (key ^ (key >> 27)) * 0x94D049BB133111EB;
            return key ^ (key >> 31);
        }
    }
}
