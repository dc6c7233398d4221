using FsCheck.Fluent;
using Monolith.Embeddings.Hashing;
using Monolith.Embeddings.Tables.Batches;
using Monolith.Embeddings.Tables.Stripes;
using Monolith.Embeddings.Tests.Hashing;
using Monolith.Embeddings.Tests.Support;

namespace Monolith.Embeddings.Tests.Tables.Batches;

/// <summary>
/// Batches grouped one after the other in the same buffers: each is all there, in the order of its stripes, and cut into blocks.
/// </summary>
public unsafe class StripeGroupsTests
{
    private const int MostBits = 10, MostIds = 5000;

    // All bits; none, so that one stripe has all; the stripe's upper or lower bits alone; the bits of places inside stripes alone.
    private static readonly ulong[] Masks = [ulong.MaxValue, 0, 0xF000_0000_0000_0000, 0x0FFF_FFFF_FFFF_FFFF, uint.MaxValue];

    [Test]
    public void Batches_are_grouped_whatever_their_ids_stripes_and_hashes()
    {
        var count = Gen.Frequency((3, Gen.Choose(1, 40)), (2, Gen.Choose(1, MostIds)));
        var batch =
            from ids in count
            from kinds in Gen.Frequency((1, Gen.Choose(1, 5)), (3, Gen.Choose(1, 2 * MostIds)))
            from bits in Gen.Choose(0, MostBits)
            from mask in Gen.Elements(Masks)
            from offset in Gen.Elements(0, 65_536)
            select new GroupedBatch(ids, kinds, bits, mask, offset);
        RandomSteps.Check(batch, Smaller, tests: 60, longest: 20, batches =>
        {
            var groups = new StripeGroups();
            foreach (var each in batches) AssertGrouped(groups, each);
        });
    }

    // Each id has a stripe of its own, or shares it with 15 or 16 others: as many blocks as there can be, and groups that just fill theirs.
    [Test]
    public void Groups_of_any_size_are_cut_into_full_blocks_and_a_rest([Values(1, 16, 17, 32)] int groupSize)
    {
        var groups = new StripeGroups();
        for (var bits = 0; bits <= MostBits; bits++)
        {
            var stripes = 1 << bits;
            var ids = new long[stripes * groupSize];
            for (var i = 0; i < ids.Length; i++) ids[i] = KeyUnmixer.Id(((ulong)(i % stripes) << (63 - bits) << 1) | (uint)i);
            groups.Build(ids, stripes, stripes, 0, ulong.MaxValue);
            Assert.That(groups.BlockCount, Is.EqualTo(stripes * ((groupSize + IdBlock.MaxCount - 1) / IdBlock.MaxCount)));
            AssertBlocks(groups, stripes, ids.Length);
        }
    }

    private static void AssertGrouped(StripeGroups groups, GroupedBatch batch)
    {
        var ids = batch.Ids();
        groups.AreGuessed = true;
        groups.Build(ids, batch.Stripes, batch.Stripes, batch.Offset, batch.HashMask);
        Assert.That(groups.AreGuessed, Is.False);
        var expected = Enumerable.Range(0, ids.Length)
            .Select(i => (Hash: KeyMixer.Mix(unchecked((ulong)ids[i])) & batch.HashMask, Position: batch.Offset + i)).ToArray();
        // A stable sort by stripe, from the stripe of the first id around.
        int Turn(ulong hash) => (StripeOf(hash, batch) - StripeOf(expected[0].Hash, batch)) & (batch.Stripes - 1);
        expected = [.. expected.OrderBy(place => Turn(place.Hash))];
        for (var i = 0; i < expected.Length; i++)
            Assert.That((groups.Hashes[i], groups.Positions[i]), Is.EqualTo(expected[i]), $"place {i} of {batch}");
        AssertBlocks(groups, batch.Stripes, ids.Length);
    }

    private static void AssertBlocks(StripeGroups groups, int stripes, int count)
    {
        var (start, seen) = (0, new HashSet<int>());
        for (int block = 0, end; block < groups.BlockCount; block = end)
        {
            end = groups.EndOfGroup(block);
            Assert.That(end, Is.GreaterThan(block));
            var stripe = groups.Block(block).Stripe;
            Assert.That(seen.Add(stripe), $"stripe {stripe} comes twice");
            for (; block < end; block++) start = AssertBlock(groups, block, start, stripe, stripes, isLast: block == end - 1);
        }
        Assert.That(start, Is.EqualTo(count));
        // So far ahead are about as many ids as a full block has.
        var idsEach = (double)count / groups.BlockCount;
        Assert.That(groups.BlocksAhead * idsEach, Is.LessThanOrEqualTo(IdBlock.MaxCount));
        Assert.That((groups.BlocksAhead + 1) * idsEach, Is.GreaterThan(IdBlock.MaxCount));
    }

    private static int AssertBlock(StripeGroups groups, int block, int start, int stripe, int stripes, bool isLast)
    {
        ref var each = ref groups.Block(block);
        Assert.That((each.Start, each.Stripe, each.StrayCount), Is.EqualTo((start, stripe, 0)), $"block {block}");
        Assert.That(each.Count, Is.InRange(isLast ? 1 : IdBlock.MaxCount, IdBlock.MaxCount), $"block {block}");
        if (!isLast) Assert.That(groups.EndOfGroup(block), Is.EqualTo(groups.EndOfGroup(block + 1)), $"block {block}");
        for (var i = start; i < start + each.Count; i++)
            Assert.That(StripeChoice.Of(groups.Hashes[i], stripes), Is.EqualTo(stripe), $"place {i}");
        return start + each.Count;
    }

    // The upper bits of the hash, reckoned without shifts.
    private static int StripeOf(ulong hash, GroupedBatch batch) =>
        (int)((UInt128)hash * (ulong)batch.Stripes / ((UInt128)ulong.MaxValue + 1));

    private static IEnumerable<GroupedBatch> Smaller(GroupedBatch batch)
    {
        if (batch.Count > 1) yield return batch with { Count = batch.Count / 2 };
        if (batch.Kinds > 1) yield return batch with { Kinds = batch.Kinds / 2 };
        if (batch.StripeBits > 0) yield return batch with { StripeBits = batch.StripeBits - 1 };
    }
}
