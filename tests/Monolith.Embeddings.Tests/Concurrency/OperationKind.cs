namespace Monolith.Embeddings.Tests.Concurrency;

/// <summary>What was done to one id.</summary>
internal enum OperationKind
{
    Assign,
    AssignAdd,

    /// <summary>Adds to a row, which is born first if there is none.</summary>
    ApplyGradients,

    /// <summary>Answers the value of the row, which is born first if there is none.</summary>
    LookupOrAdmit,

    /// <summary>Answers the value, or that there is none.</summary>
    Lookup,

    /// <summary>Answers whether there is a row.</summary>
    Contains,

    /// <summary>Answers whether there was a row.</summary>
    Remove,
}
