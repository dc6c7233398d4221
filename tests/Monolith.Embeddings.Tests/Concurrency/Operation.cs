namespace Monolith.Embeddings.Tests.Concurrency;

/// <summary>
/// One call on one id, as its caller saw it. Between the two ticks of a clock that all callers share, it took effect at some instant.
/// </summary>
/// <param name="Kind">What was done.</param>
/// <param name="Value">
/// What was written or read; null where there was no row to be read, found or removed, anything else where one was found or removed.
/// </param>
/// <param name="Invoked">The tick before the call.</param>
/// <param name="Returned">The tick after it.</param>
internal readonly record struct Operation(OperationKind Kind, int? Value, int Invoked, int Returned)
{
    /// <summary>What a row is born with.</summary>
    public const int Born = 1;

    /// <summary>
    /// What the row holds after the operation, if the answer can have come from a row that held <paramref name="before"/>; null means no
    /// row.
    /// </summary>
    public bool TryApply(int? before, out int? after)
    {
        after = Kind switch
        {
            OperationKind.Assign => Value,
            OperationKind.AssignAdd => (before ?? 0) + Value,
            OperationKind.ApplyGradients => (before ?? Born) + Value,
            OperationKind.LookupOrAdmit => before ?? Born,
            OperationKind.Remove => null,
            _ => before,
        };
        return Kind switch
        {
            OperationKind.Lookup => Value == before,
            OperationKind.LookupOrAdmit => Value == after,
            OperationKind.Remove or OperationKind.Contains => Value.HasValue == before.HasValue,
            _ => true,
        };
    }
}
