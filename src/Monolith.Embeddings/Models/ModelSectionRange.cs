namespace Monolith.Embeddings.Models;

/// <summary>
/// A stretch of an axis of a section that belongs to one thing: a slot, a dense feature, a task. Immutable. Stretches of two models that
/// have the same name on the same axis are the same thing. A name that begins with <c>slot 'NAME'</c> or <c>task 'NAME'</c>, and then ends
/// or goes on with a comma, follows a slot or task that is renamed.
/// </summary>
public readonly record struct ModelSectionRange
{
    /// <summary>Creates the range.</summary>
    /// <param name="name">What it belongs to.</param>
    /// <param name="length">How many places of the axis it takes; at least 0.</param>
    public ModelSectionRange(string name, int length) => (Name, Length) = (name, length);

    /// <summary>What it belongs to.</summary>
    public string Name { get; }

    /// <summary>How many places of the axis it takes.</summary>
    public int Length { get; }

    /// <inheritdoc />
    public override string ToString() => $"{Name}, {Length}";
}
