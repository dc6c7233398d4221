using Monolith.Embeddings.Optimizers;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables;

/// <summary>The rows of a block that a gradient is to be applied to, collected so that each optimizer is asked once a block. On the stack of one call.</summary>
internal unsafe struct RowUpdates
{
    private Addresses _rows, _gradients;
    private Contexts _contexts;

    public int Count { get; private set; }

    /// <param name="row">Must stay in place until the updates are applied.</param>
    /// <param name="gradient">As well.</param>
    /// <param name="context">What else the optimizers may depend on.</param>
    public void Add(Row row, float* gradient, in OptimizerContext context)
    {
        _rows[Count] = (nint)row.Floats;
        _gradients[Count] = (nint)gradient;
        _contexts[Count] = context;
        Count++;
    }

    /// <summary>Applies what was collected, and starts anew.</summary>
    public void Apply(TableRules rules)
    {
        if (Count == 0) return;
        fixed (nint* rows = &_rows[0], gradients = &_gradients[0])
            rules.Apply((float**)rows, (float**)gradients, ((ReadOnlySpan<OptimizerContext>)_contexts)[..Count]);
        Count = 0;
    }

    [System.Runtime.CompilerServices.InlineArray(IdBlock.MaxCount)]
    private struct Addresses
    {
        private nint _first;
    }

    [System.Runtime.CompilerServices.InlineArray(IdBlock.MaxCount)]
    private struct Contexts
    {
        private OptimizerContext _first;
    }
}
