using System.Runtime.CompilerServices;
using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Tables.Rules;

namespace Monolith.Embeddings.Tests.Tables.Rules;

/// <summary>A row of a table without the table.</summary>
internal sealed class PackedRow
{
    private const long Id = 3;

    private readonly TableRules _rules;
    private readonly byte[] _bytes;
    private readonly Row _row;

    public unsafe PackedRow(TableRules rules)
    {
        _rules = rules;
        _bytes = GC.AllocateArray<byte>(rules.Layout.RowBytes, pinned: true);
        _row = new Row((byte*)Unsafe.AsPointer(ref _bytes[0]));
        Assert.That(rules.Initialize(_row, Id, new RowBirth { Id = Id, Step = 0, Occurrences = 1 }), Is.EqualTo(RefusalCause.None));
    }

    /// <summary>Header, weights and state as they are stored.</summary>
    public byte[] Bytes => [.. _bytes];

    public void Step(float[] gradient, long step)
    {
        // What was read a little before.
        float[] weightsAtRead = [.. gradient.Select(g => 0.5f * g)];
        Assert.That(_rules.Apply(_row, gradient, new OptimizerContext(Id, step, 1 + (int)(step % 3), weightsAtRead)),
            Is.EqualTo(RefusalCause.None));
    }

    /// <summary>Weights and state in full precision.</summary>
    public float[] Save()
    {
        var floats = new float[_rules.Layout.FloatCount];
        RowPacking.Unpack(_rules.Layout.WeightParts, _row, floats);
        RowPacking.Unpack(_rules.Layout.StateParts, _row, floats);
        return floats;
    }

    public PackedRow Restore(float[] floats)
    {
        Assert.That(RowPacking.TryPack(_rules.Layout.WeightParts, floats, _row, key: null), Is.True);
        Assert.That(RowPacking.TryPack(_rules.Layout.StateParts, floats, _row, key: null), Is.True);
        return this;
    }
}
