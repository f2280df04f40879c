using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace BleepStore.Storage.Tests.Shared;

/// <summary>
/// Writes the public API of an assembly as text that reads like C#: what users can call and implementers can override, in a stable order.
/// </summary>
internal static class ApiText
{
    private const BindingFlags Declared =
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly string[] RecordMembers =
    [
        "<Clone>$", "PrintMembers", "ToString", "GetHashCode", "Equals", "EqualityContract", "Deconstruct", "op_Equality", "op_Inequality",
    ];

    public static string Render(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (IGrouping<string?, Type> space in assembly.GetExportedTypes()
            .Where(static type => !type.IsNested)
            .GroupBy(static type => type.Namespace)
            .OrderBy(static space => space.Key, StringComparer.Ordinal))
        {
            text.Append("namespace ").Append(space.Key).Append("\n\n");
            foreach (Type type in space.OrderBy(static type => type.Name, StringComparer.Ordinal))
            {
                RenderType(text, type, "");
                text.Append('\n');
            }
        }

        return text.ToString().TrimEnd('\n') + "\n";
    }

    private static void RenderType(StringBuilder text, Type type, string indent)
    {
        text.Append(indent).Append(Header(type)).Append('\n');
        if (type.IsEnum)
        {
            foreach (FieldInfo value in type.GetFields(BindingFlags.Static | BindingFlags.Public))
            {
                text.Append(indent)
                    .Append("    ")
                    .Append(CultureInfo.InvariantCulture, $"{value.Name} = {value.GetRawConstantValue()}")
                    .Append('\n');
            }

            return;
        }

        foreach (string line in Members(type).Order(StringComparer.Ordinal))
        {
            text.Append(indent).Append("    ").Append(line).Append('\n');
        }

        foreach (Type nested in type.GetNestedTypes().OrderBy(static nested => nested.Name, StringComparer.Ordinal))
        {
            RenderType(text, nested, indent + "    ");
        }
    }

    private static IEnumerable<string> Members(Type type)
    {
        bool isRecord = IsRecord(type);
        foreach (ConstructorInfo constructor in type.GetConstructors(Declared).Where(IsVisible))
        {
            bool copies = isRecord && constructor.GetParameters() is [{ ParameterType: var only }] && only == type;
            bool implied = constructor.IsPublic && constructor.GetParameters().Length == 0 && !type.IsValueType && isRecord;
            if (!copies && !implied && !(type.IsAbstract && constructor.GetParameters().Length == 0))
            {
                yield return $"{Access(constructor)}{Name(type)}({Parameters(constructor)})";
            }
        }

        foreach (FieldInfo field in type.GetFields(Declared)
            .Where(static field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly))
        {
            string modifier = field.IsLiteral ? "const " : (field.IsStatic ? "static " : "") + (field.IsInitOnly ? "readonly " : "");
            string value = field.IsLiteral ? $" = {Literal(field.GetRawConstantValue())}" : "";
            yield return $"{modifier}{Name(field.FieldType, Nullability().Create(field))} {field.Name}{value}";
        }

        foreach (PropertyInfo property in type.GetProperties(Declared))
        {
            MethodInfo accessor = property.GetMethod ?? property.SetMethod!;
            if (IsVisible(accessor) && !(isRecord && RecordMembers.Contains(property.Name)))
            {
                yield return $"{Access(accessor)}{Modifiers(accessor)}{(property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "")}"
                    + $"{Name(property.PropertyType, Nullability().Create(property))} {property.Name} {{ {Accessors(property)}}}";
            }
        }

        foreach (MethodInfo method in type.GetMethods(Declared).Where(static method => IsVisible(method) && !IsAccessor(method)))
        {
            if (isRecord
                && RecordMembers.Contains(method.Name)
                && (method.IsDefined(typeof(CompilerGeneratedAttribute)) || method.Name is "<Clone>$"))
            {
                continue;
            }

            string generic = method.IsGenericMethodDefinition
                ? $"<{string.Join(", ", method.GetGenericArguments().Select(static argument => argument.Name))}>"
                : "";
            string extends = method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "";
            yield return $"{Access(method)}{Modifiers(method)}{Name(method.ReturnType, Nullability().Create(method.ReturnParameter))} " +
                $"{method.Name}{generic}({extends}{Parameters(method)}){Constraints(method)}";
        }
    }

    private static string Header(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            MethodInfo invoke = type.GetMethod("Invoke")!;
            return $"delegate {Name(invoke.ReturnType, Nullability().Create(invoke.ReturnParameter))} {Name(type)}({Parameters(invoke)})";
        }

        bool isRecord = IsRecord(type);
        string kind = type switch
        {
            { IsEnum: true } => "enum ",
            { IsInterface: true } => "interface ",
            { IsValueType: true } =>
                (type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "") + (isRecord ? "record struct " : "struct "),
            { IsAbstract: true, IsSealed: true } => "static class ",
            _ => (type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "") + (isRecord ? "record " : "class "),
        };
        IEnumerable<Type> bases = type.BaseType is { } parent
            && parent != typeof(object)
            && parent != typeof(ValueType)
            && parent != typeof(Enum) ? [parent] : [];
        IEnumerable<Type> inherited = (type.BaseType?.GetInterfaces() ?? [])
            .Concat(type.GetInterfaces().SelectMany(static declared => declared.GetInterfaces()));
        bases = bases.Concat(type.IsEnum
            ? []
            : type.GetInterfaces().Except(inherited).Where(declared => declared.IsVisible && !(isRecord && IsEquatable(declared)))
            .OrderBy(static declared => declared.Name, StringComparer.Ordinal));
        string list = string.Join(", ", bases.Select(static declared => Name(declared)));
        return $"{kind}{Name(type)}{(list.Length > 0 ? $" : {list}" : "")}";
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(static parameter =>
    {
        bool takesMany = parameter.IsDefined(typeof(ParamArrayAttribute)) || parameter.IsDefined(typeof(ParamCollectionAttribute));
        string passing = parameter.IsOut
            ? "out "
            : parameter.ParameterType.IsByRef ? (parameter.IsIn ? "in " : "ref ") : takesMany ? "params " : "";
        Type type = parameter.ParameterType.IsByRef ? parameter.ParameterType.GetElementType()! : parameter.ParameterType;
        string unset = Nullable.GetUnderlyingType(type) is null ? "default" : "null";
        string set = type.IsValueType && parameter.RawDefaultValue is null ? unset : Literal(parameter.RawDefaultValue);
        string value = parameter.HasDefaultValue ? $" = {set}" : "";
        return $"{passing}{Name(type, Nullability().Create(parameter))} {parameter.Name}{value}";
    }));

    private static string Constraints(MethodInfo method)
    {
        var text = new StringBuilder();
        foreach (Type argument in method.IsGenericMethodDefinition ? method.GetGenericArguments() : [])
        {
            GenericParameterAttributes flags = argument.GenericParameterAttributes;
            List<string> constraints = [.. argument.GetGenericParameterConstraints().Select(static constraint => Name(constraint))];
            if (flags.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
            {
                constraints.Insert(0, "class");
            }

            if (flags.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint))
            {
                constraints.Add("new()");
            }

            if (constraints.Count > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $" where {argument.Name} : {string.Join(", ", constraints)}");
            }
        }

        return text.ToString();
    }

    private static string Name(Type type, NullabilityInfo? nullability = null)
    {
        bool nullable = !type.IsValueType
            && (nullability?.ReadState == NullabilityState.Nullable || nullability?.WriteState == NullabilityState.Nullable);
        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            return Name(inner, nullability?.GenericTypeArguments.FirstOrDefault()) + "?";
        }

        string name = type switch
        {
            { IsArray: true } => $"{Name(type.GetElementType()!, nullability?.ElementType)}[]",
            { IsGenericParameter: true } => type.Name,
            _ => Keyword(type) ?? type.Name.Split('`')[0],
        };
        if (type.IsGenericType)
        {
            Type[] arguments = type.GetGenericArguments();
            name += $"<{string.Join(", ", arguments.Select((argument, at) => Name(argument, nullability?.GenericTypeArguments.ElementAtOrDefault(at))))}>";
        }

        return nullable ? name + "?" : name;
    }

    private static string? Keyword(Type type) => type.IsEnum ? null : Type.GetTypeCode(type) switch
    {
        TypeCode.Boolean => "bool",
        TypeCode.Byte => "byte",
        TypeCode.Char => "char",
        TypeCode.Double => "double",
        TypeCode.Int32 => "int",
        TypeCode.Int64 => "long",
        TypeCode.String => "string",
        _ => type == typeof(void) ? "void" : type == typeof(object) ? "object" : null,
    };

    private static string Literal(object? value) => value switch
    {
        null => "null",
        string text => $"\"{text}\"",
        bool truth => truth ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable => throw new NotSupportedException(),
        _ => value.ToString()!,
    };

    private static string Accessors(PropertyInfo property)
    {
        var text = new StringBuilder();
        if (property.GetMethod is { } get && IsVisible(get))
        {
            text.Append("get; ");
        }

        if (property.SetMethod is { } set && IsVisible(set))
        {
            bool init = set.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));
            text.Append(set.IsFamily && property.GetMethod is { IsPublic: true } ? "protected " : "").Append(init ? "init; " : "set; ");
        }

        return text.ToString();
    }

    private static string Access(MethodBase method) => method.IsFamily || method.IsFamilyOrAssembly ? "protected " : "";

    private static string Modifiers(MethodInfo method)
    {
        if (method.IsStatic)
        {
            return "static ";
        }

        if (method.IsAbstract)
        {
            return method.DeclaringType!.IsInterface ? "" : "abstract ";
        }

        bool overrides = method.GetBaseDefinition() != method;
        return overrides
            ? (method.IsFinal ? "sealed override " : "override ")
            : method is { IsVirtual: true, IsFinal: false } ? "virtual " : "";
    }

    private static bool IsVisible(MethodBase method) =>
        method.IsPublic || ((method.IsFamily || method.IsFamilyOrAssembly) && !method.DeclaringType!.IsSealed);

    private static bool IsAccessor(MethodInfo method) => method.IsSpecialName
        && (method.Name.StartsWith("get_", StringComparison.Ordinal) || method.Name.StartsWith("set_", StringComparison.Ordinal));

    private static bool IsRecord(Type type) =>
        type.GetMethod("<Clone>$") is not null
        || (type.IsValueType && type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic) is not null);

    private static bool IsEquatable(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IEquatable<>);

    /// <summary>It is created each time, because it is not thread-safe.</summary>
    private static NullabilityInfoContext Nullability() => new();
}
