#pragma warning disable IDE0130 // The compiler looks for this name in this namespace.
namespace Microsoft.CodeAnalysis;
#pragma warning restore IDE0130

/// <summary>Hides a type from every other assembly, also from one that sees the internals of this one.</summary>
[Embedded]
[AttributeUsage(AttributeTargets.All)]
internal sealed class EmbeddedAttribute : Attribute;
