using System.Runtime.CompilerServices;

namespace Monolith.Embeddings.Datasets.Criteo;

/// <summary>The 39 values of a Criteo example, integers as their bits, and which of them are there.</summary>
internal struct CriteoValues
{
    private Words _words;
    private ulong _present;

    public readonly uint this[int field] => _words[field];

    public readonly bool Has(int field) => (_present >> field & 1) != 0;

    public void Set(int field, uint value)
    {
        _words[field] = value;
        _present |= 1UL << field;
    }

    [InlineArray(CriteoExample.IntegerCount + CriteoExample.CategoryCount)]
    private struct Words
    {
        private uint _first;
    }
}
