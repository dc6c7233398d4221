namespace Monolith.Embeddings.Features.Batches;

/// <summary>The present owner of a batch.</summary>
internal enum BatchUse
{
    /// <summary>Its owner, or the caller that rented it: may read, write and dispose it.</summary>
    Held,

    /// <summary>A source of the library, which writes it: a disposal by other code is one of an earlier rental.</summary>
    Filling,

    /// <summary>A trainer, which lets others read it and disposes it itself.</summary>
    Lent,

    /// <summary>Its pool.</summary>
    Idle,
}
