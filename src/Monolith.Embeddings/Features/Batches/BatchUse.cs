namespace Monolith.Embeddings.Features.Batches;

/// <summary>Who has a batch at the moment.</summary>
internal enum BatchUse
{
    /// <summary>Its owner, or the caller that rented it: may read, write and dispose it.</summary>
    Held,

    /// <summary>A source of the library, which writes it: a disposal by somebody else is one of an earlier rental.</summary>
    Filling,

    /// <summary>A trainer, which lets others read it and disposes it itself.</summary>
    Lent,

    /// <summary>Its pool.</summary>
    Idle,
}
