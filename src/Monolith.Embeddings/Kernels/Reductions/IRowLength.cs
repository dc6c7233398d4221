namespace Monolith.Embeddings.Kernels.Reductions;

/// <summary>
/// What is known about the length of rows before they are looked at; a type, so that the compiler leaves out what it excludes.
/// </summary>
internal interface IRowLength
{
    /// <summary>Whether rows are whole lanes of 8 or 16 floats. Else they may end in a part of a lane.</summary>
    static abstract bool IsWhole { get; }
}
