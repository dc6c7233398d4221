using System.Reflection;

namespace Monolith.Embeddings.Tests.Architecture;

/// <summary>
/// Every type that a type of an assembly refers to: in its bases, members, signatures, attributes and in the code of its methods.
/// </summary>
internal sealed class TypeReferences
{
    private const BindingFlags All =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private readonly HashSet<Type> _found = [];
    private readonly HashSet<Type> _seen = [];

    /// <summary>The types that one type refers to, itself included.</summary>
    public static IReadOnlySet<Type> Of(Type type)
    {
        var references = new TypeReferences();
        references.AddDeclaration(type);
        return references._found;
    }

    private void AddDeclaration(Type type)
    {
        Add(type.BaseType);
        foreach (var contract in type.GetInterfaces()) Add(contract);
        foreach (var parameter in type.GetGenericArguments()) AddConstraints(parameter);
        AddAttributes(type.GetCustomAttributesData());
        foreach (var field in type.GetFields(All)) AddField(field);
        foreach (var property in type.GetProperties(All)) AddAttributes(property.GetCustomAttributesData());
        foreach (var method in type.GetMembers(All).OfType<MethodBase>()) AddMethod(method);
        if (type.TypeInitializer is { } initializer) AddMethod(initializer);
    }

    private void AddField(FieldInfo field)
    {
        Add(field.FieldType);
        AddAttributes(field.GetCustomAttributesData());
    }

    private void AddMethod(MethodBase method)
    {
        AddSignature(method);
        AddAttributes(method.GetCustomAttributesData());
        foreach (var parameter in method.GetParameters()) AddAttributes(parameter.GetCustomAttributesData());
        if (method.IsGenericMethodDefinition)
        {
            foreach (var parameter in method.GetGenericArguments()) AddConstraints(parameter);
        }
        if (method.GetMethodBody() is not { } body) return;
        foreach (var local in body.LocalVariables) Add(local.LocalType);
        foreach (var clause in body.ExceptionHandlingClauses)
        {
            if (clause.Flags == ExceptionHandlingClauseOptions.Clause) Add(clause.CatchType);
        }
        foreach (var (_, member) in MethodCode.Members(method)) AddMember(member);
    }

    private void AddSignature(MethodBase method)
    {
        if (method is MethodInfo info) Add(info.ReturnType);
        foreach (var parameter in method.GetParameters()) Add(parameter.ParameterType);
    }

    private void AddMember(MemberInfo member)
    {
        switch (member)
        {
            case Type type:
                Add(type);
                break;
            case FieldInfo field:
                Add(field.DeclaringType);
                Add(field.FieldType);
                break;
            case MethodBase method:
                Add(method.DeclaringType);
                AddSignature(method);
                if (method.IsGenericMethod) Add(method.GetGenericArguments());
                break;
        }
    }

    private void AddAttributes(IEnumerable<CustomAttributeData> attributes)
    {
        foreach (var attribute in attributes)
        {
            Add(attribute.AttributeType);
            foreach (var argument in attribute.ConstructorArguments.Concat(attribute.NamedArguments.Select(a => a.TypedValue)))
            {
                Add(argument.ArgumentType);
                Add(argument.Value as Type);
            }
        }
    }

    private void AddConstraints(Type parameter)
    {
        foreach (var constraint in parameter.GetGenericParameterConstraints()) Add(constraint);
    }

    private void Add(Type[] types)
    {
        foreach (var type in types) Add(type);
    }

    private void Add(Type? type)
    {
        if (type is null || !_seen.Add(type)) return;
        if (type.HasElementType) Add(type.GetElementType());
        else if (type.IsFunctionPointer)
        {
            Add(type.GetFunctionPointerReturnType());
            Add(type.GetFunctionPointerParameterTypes());
        }
        else if (type.IsGenericParameter) return;
        else
        {
            _found.Add(type.IsGenericType ? type.GetGenericTypeDefinition() : type);
            if (type.IsGenericType) Add(type.GetGenericArguments());
        }
    }
}
